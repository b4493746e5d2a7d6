// Writes proofs as docs/proofs.md describes them, without anything from verify/ or checker/.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tests/verify/support.h"

namespace tribunal::verify::test {

using Json = nlohmann::json;

inline std::string hex(std::uint64_t value) { return fmt::format("{:016x}", value); }

// FNV-1a 64, then the finaliser of SplitMix64: written out again, for it is part of the format.
inline std::string seal_of(std::string_view text) {
  std::uint64_t h = 14'695'981'039'346'656'037ULL;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1'099'511'628'211ULL;
  h += 0x9e3779b97f4a7c15ULL;
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9ULL;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebULL;
  return hex(h ^ (h >> 31));
}

// The text of a document, with the seal that belongs to it.
inline std::string sealed(Json document) {
  document.erase("seal");
  document["seal"] = seal_of(document.dump(-1, ' ', true));
  return document.dump();
}

inline Json key_name(const Operation& operation, const History& history) {
  if (!operation.has_key) return nullptr;
  return history.value(operation.key).show();
}

inline Json valid_key(Json key, const std::vector<std::uint32_t>& order) {
  return {{"key", std::move(key)}, {"valid", true}, {"order", order}};
}
inline Json invalid_key(Json key, const std::vector<std::uint32_t>& core, bool minimal) {
  return {{"key", std::move(key)}, {"valid", false}, {"core", core}, {"minimal", minimal}};
}
inline Json unknown_key(Json key, const std::string& reason) {
  return {{"key", std::move(key)}, {"valid", "unknown"}, {"reason", reason}};
}

inline Json summary(const Json& keys) {
  Json valid = true;
  for (const Json& key : keys) {
    if (key.at("valid") == false) return false;
    if (key.at("valid") == "unknown") valid = "unknown";
  }
  return valid;
}

inline Json document(const History& history, const Setting& setting, const Json& keys) {
  return {{"format", "tribunal-proof"},
          {"version", 1},
          {"claim", "linearizable"},
          {"history", {{"events", history.size()}, {"hash", hex(history.content_hash())}}},
          {"model", setting.model},
          {"initial", setting.initial.show()},
          {"failed_cas", setting.observe ? "observe" : "ignore"},
          {"nil_read", setting.any ? "any" : "value"},
          {"valid", summary(keys)},
          {"keys", keys}};
}

}  // namespace tribunal::verify::test
