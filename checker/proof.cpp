// See proof.h and docs/proofs.md.
#include "checker/proof.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "checker/linearizability/excerpt.h"
#include "checker/linearizability/key_history.h"

namespace tribunal::checker {

namespace {

using linearizability::KeyHistory;
using nlohmann::json;

json validity_json(Validity validity) {
  if (validity == Validity::unknown) return "unknown";
  return validity == Validity::valid;
}

json key_json(const history::History& history, const Check& check, const KeyProof& proof) {
  json key;
  key["key"] = proof.has_key ? json(history.value(proof.key).show()) : json(nullptr);
  key["valid"] = validity_json(proof.validity);
  if (proof.validity == Validity::valid) key["order"] = proof.order;
  if (proof.validity == Validity::unknown) key["reason"] = proof.reason;
  if (proof.validity == Validity::invalid) {
    key["core"] = proof.core;
    key["minimal"] =
        std::any_of(check.anomalies.begin(), check.anomalies.end(), [&](const Anomaly& anomaly) {
          return anomaly.operations == proof.core && anomaly.minimal;
        });
  }
  return key;
}

// Compact, keys sorted, ASCII; bytes that are not UTF-8 become the replacement character.
std::string dump(const json& document) {
  return document.dump(-1, ' ', true, json::error_handler_t::replace);
}

std::string hex(std::uint64_t bits) { return fmt::format("{:016x}", bits); }

}  // namespace

std::string proof_json(const history::History& history, const Options& options,
                       const Check& check) {
  const Result<Options> resolved = linearizability::resolve(history, options);
  const history::Value initial =
      resolved ? resolved->initial.value_or(history::Value{}) : history::Value{};
  json document;
  document["format"] = "tribunal-proof";
  document["version"] = 1;
  document["claim"] = "linearizable";
  document["history"] = {{"events", history.size()}, {"hash", hex(history.content_hash())}};
  document["model"] = check.model;
  document["initial"] = initial.show();
  document["failed_cas"] = options.failed_cas == FailedCas::observe ? "observe" : "ignore";
  document["nil_read"] = options.nil_read == NilRead::any ? "any" : "value";
  document["valid"] = validity_json(check.validity);
  document["keys"] = json::array();
  for (const KeyProof& proof : check.proofs) {
    document["keys"].push_back(key_json(history, check, proof));
  }
  document["seal"] = hex(hash_text(dump(document)));
  return document.dump(1, ' ', true, json::error_handler_t::replace) + "\n";
}

}  // namespace tribunal::checker
