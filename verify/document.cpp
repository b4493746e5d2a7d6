// Takes the fields out of the JSON of a proof, insisting on exactly the documented ones.
#include "verify/document.h"

#include <algorithm>
#include <initializer_list>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "verify/strict_json.h"

namespace tribunal::verify {

namespace {

using Json = nlohmann::json;

std::string shown(const Json& value) {
  return quote(value.dump(-1, ' ', true, Json::error_handler_t::replace));
}

Failure<Error> unexpected(const std::string& where, std::string_view wanted, const Json& found) {
  return fail(fmt::format("{}: expected {}, found {}", where, wanted, shown(found)));
}

// The object has exactly these keys. `where` is "proof" or "keys[3]".
Status exact_keys(const Json& object, const std::string& where,
                  std::initializer_list<const char*> wanted) {
  if (!object.is_object()) return unexpected(where, "an object", object);
  for (const char* key : wanted) {
    if (!object.contains(key)) return fail(fmt::format("{}: the key '{}' is missing", where, key));
  }
  for (const auto& [key, value] : object.items()) {
    const bool known = std::any_of(wanted.begin(), wanted.end(),
                                   [&found = key](const char* name) { return found == name; });
    if (!known)
      return fail(fmt::format("{}: the key '{}' does not belong there", where, quote(key)));
  }
  return {};
}

Status constant(const Json& object, const char* key, const Json& wanted) {
  if (object.at(key) == wanted) return {};
  return unexpected(key, wanted.dump(), object.at(key));
}

// One of two words; true for the second.
Result<bool> either(const Json& object, const char* key, const char* first, const char* second) {
  const Json& value = object.at(key);
  if (value == first) return false;
  if (value == second) return true;
  return unexpected(key, fmt::format("\"{}\" or \"{}\"", first, second), value);
}

Result<std::string> text_field(const Json& object, const std::string& where, const char* key) {
  if (object.at(key).is_string()) return object.at(key).get<std::string>();
  return unexpected(where + key, "a string", object.at(key));
}

Result<std::uint64_t> hash_field(const Json& object, const char* key) {
  constexpr std::string_view digits = "0123456789abcdef";
  const Json& value = object.at(key);
  std::uint64_t hash = 0;
  if (!value.is_string()) return unexpected(key, "16 hex digits", value);
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() != 16) return unexpected(key, "16 hex digits", value);
  for (const char c : text) {
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) return unexpected(key, "16 hex digits", value);
    hash = hash << 4 | digit;
  }
  return hash;
}

Result<Claim> claim_field(const Json& object, const std::string& where) {
  const Json& value = object.at("valid");
  if (value == true) return Claim::valid;
  if (value == false) return Claim::invalid;
  if (value == "unknown") return Claim::unknown;
  return unexpected(where + "valid", "true, false or \"unknown\"", value);
}

Result<std::vector<std::uint32_t>> indices(const Json& object, const std::string& where,
                                           const char* key) {
  const Json& list = object.at(key);
  if (!list.is_array()) return unexpected(where + key, "a list of event indices", list);
  std::vector<std::uint32_t> out;
  out.reserve(list.size());
  for (const Json& item : list) {
    if (!item.is_number_unsigned() ||
        item.get<std::uint64_t>() >= std::numeric_limits<std::uint32_t>::max()) {
      return unexpected(where + key, "the index of an event", item);
    }
    out.push_back(item.get<std::uint32_t>());
  }
  return out;
}

Status read_core(const Json& json, const std::string& where, KeyClaim& out) {
  auto core = indices(json, where, "core");
  if (!core.ok()) return Failure{core.error()};
  const auto unordered =
      std::adjacent_find(core->begin(), core->end(), [](auto a, auto b) { return a >= b; });
  if (unordered != core->end()) {
    return fail(fmt::format("{}core: expected ascending indices, found {} before {}", where,
                            *unordered, *(unordered + 1)));
  }
  if (!json.at("minimal").is_boolean()) {
    return unexpected(where + "minimal", "true or false", json.at("minimal"));
  }
  out.operations = std::move(*core);
  out.minimal = json.at("minimal").get<bool>();
  return {};
}

Status read_evidence(const Json& json, const std::string& where, KeyClaim& out) {
  if (out.claim == Claim::valid) {
    auto order = indices(json, where, "order");
    if (!order.ok()) return Failure{order.error()};
    out.operations = std::move(*order);
    return {};
  }
  if (out.claim == Claim::invalid) return read_core(json, where, out);
  auto reason = text_field(json, where, "reason");
  if (!reason.ok()) return Failure{reason.error()};
  out.reason = std::move(*reason);
  return {};
}

Result<KeyClaim> read_key(const Json& json, std::size_t number) {
  const std::string at = fmt::format("keys[{}]", number);
  const std::string where = at + ".";
  if (!json.is_object()) return unexpected(at, "an object", json);
  if (!json.contains("valid")) return fail(at + ": the key 'valid' is missing");
  auto claim = claim_field(json, where);
  if (!claim.ok()) return Failure{claim.error()};
  Status keys = *claim == Claim::valid ? exact_keys(json, at, {"key", "valid", "order"})
                : *claim == Claim::invalid
                    ? exact_keys(json, at, {"key", "valid", "core", "minimal"})
                    : exact_keys(json, at, {"key", "valid", "reason"});
  if (!keys.ok()) return Failure{keys.error()};
  KeyClaim out;
  out.claim = *claim;
  if (!json.at("key").is_null()) {
    auto key = text_field(json, where, "key");
    if (!key.ok()) return Failure{key.error()};
    out.key = std::move(*key);
  }
  const Status evidence = read_evidence(json, where, out);
  if (!evidence.ok()) return Failure{evidence.error()};
  return out;
}

Status check_seal(Json& json) {
  auto seal = hash_field(json, "seal");
  if (!seal.ok()) return Failure{seal.error()};
  json.erase("seal");
  if (hash_text(json.dump(-1, ' ', true, Json::error_handler_t::replace)) != *seal) {
    return fail("the seal does not match the document: it was changed after it was written");
  }
  return {};
}

Status check_constants(const Json& json) {
  if (auto status = constant(json, "format", "tribunal-proof"); !status.ok()) return status;
  if (auto status = constant(json, "version", 1); !status.ok()) return status;
  return constant(json, "claim", "linearizable");
}

Status read_history_field(const Json& json, Document& out) {
  if (auto s = exact_keys(json, "history", {"events", "hash"}); !s.ok()) return s;
  if (!json.at("events").is_number_unsigned()) {
    return unexpected("history.events", "a count", json.at("events"));
  }
  auto hash = hash_field(json, "hash");
  if (!hash.ok()) return Failure{hash.error()};
  out.events = json.at("events").get<std::uint64_t>();
  out.history_hash = *hash;
  return {};
}

Status read_rules(const Json& json, Document& out) {
  auto model = text_field(json, "", "model");
  if (!model.ok()) return Failure{model.error()};
  auto initial = text_field(json, "", "initial");
  if (!initial.ok()) return Failure{initial.error()};
  auto failed_cas = either(json, "failed_cas", "ignore", "observe");
  if (!failed_cas.ok()) return Failure{failed_cas.error()};
  auto nil_read = either(json, "nil_read", "value", "any");
  if (!nil_read.ok()) return Failure{nil_read.error()};
  auto claim = claim_field(json, "");
  if (!claim.ok()) return Failure{claim.error()};
  out.model = std::move(*model);
  out.initial = std::move(*initial);
  out.observe_failed_cas = *failed_cas;
  out.nil_reads_anything = *nil_read;
  out.claim = *claim;
  return {};
}

Status read_keys(const Json& json, Document& out) {
  if (!json.is_array()) return unexpected("keys", "a list", json);
  for (std::size_t i = 0; i < json.size(); ++i) {
    auto key = read_key(json[i], i);
    if (!key.ok()) return Failure{key.error()};
    out.keys.push_back(std::move(*key));
  }
  const auto any = [&](Claim claim) {
    return std::any_of(out.keys.begin(), out.keys.end(),
                       [&](const KeyClaim& key) { return key.claim == claim; });
  };
  const Claim follows = any(Claim::invalid)   ? Claim::invalid
                        : any(Claim::unknown) ? Claim::unknown
                                              : Claim::valid;
  if (out.claim == follows) return {};
  return fail(fmt::format("the document claims {}, but its keys add up to {}", name(out.claim),
                          name(follows)));
}

}  // namespace

const char* name(Claim claim) {
  return claim == Claim::valid ? "valid" : claim == Claim::invalid ? "invalid" : "unknown";
}

Result<Document> read_document(std::string_view text) {
  auto parsed = read_strict_json(text);
  if (!parsed.ok()) return Failure{parsed.error()};
  Json& json = *parsed;
  Document out;
  Status status = exact_keys(json, "proof",
                             {"format", "version", "claim", "history", "model", "initial",
                              "failed_cas", "nil_read", "valid", "keys", "seal"});
  if (status.ok()) status = check_seal(json);
  if (status.ok()) status = check_constants(json);
  if (status.ok()) status = read_history_field(json.at("history"), out);
  if (status.ok()) status = read_rules(json, out);
  if (status.ok()) status = read_keys(json.at("keys"), out);
  if (!status.ok()) return Failure{status.error()};
  return out;
}

}  // namespace tribunal::verify
