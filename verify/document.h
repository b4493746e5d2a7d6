// A proof as its text states it (docs/proofs.md, "The document"): every field present and of the
// right kind, the seal right, `valid` following from the keys. Nothing of it is believed yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tribunal::verify {

enum class Claim { valid, invalid, unknown };
const char* name(Claim claim);

struct KeyClaim {
  std::optional<std::string> key;  // EDN text; nothing for operations without a key
  Claim claim = Claim::unknown;
  std::vector<std::uint32_t> operations;  // the order when valid, the core when invalid
  bool minimal = false;                   // invalid only
  std::string reason;                     // unknown only
};

struct Document {
  std::uint64_t events = 0;
  std::uint64_t history_hash = 0;
  std::string model;
  std::string initial;  // EDN text
  bool observe_failed_cas = false;
  bool nil_reads_anything = false;
  Claim claim = Claim::unknown;
  std::vector<KeyClaim> keys;
};

Result<Document> read_document(std::string_view text);

}  // namespace tribunal::verify
