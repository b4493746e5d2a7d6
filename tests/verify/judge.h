// What verify_proof ought to find, for small histories: the oracle applied to a whole document.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/verify/oracle.h"
#include "tests/verify/proof_text.h"
#include "verify/verify.h"

namespace tribunal::verify::test {

// Operations by the name of their key, in the order of first appearance.
inline std::vector<std::pair<Json, std::vector<Operation>>> by_key(const History& history) {
  std::vector<std::pair<Json, std::vector<Operation>>> out;
  for (const Operation& operation : history.operations()) {
    const Json name = key_name(operation, history);
    const auto at =
        std::find_if(out.begin(), out.end(), [&](const auto& e) { return e.first == name; });
    if (at == out.end()) {
      out.emplace_back(name, std::vector<Operation>{operation});
    } else {
      at->second.push_back(operation);
    }
  }
  return out;
}

// Initial values that corrupted documents use, by their text.
inline const std::map<std::string, Value>& initial_values() {
  static const std::map<std::string, Value> all = [] {
    std::map<std::string, Value> out;
    for (const Value& v :
         {Value(), number(0), number(1), word(""), word("ab"), Value::vector({}),
          Value::vector({number(1), number(9)}), Value::map({Value::keyword("x"), number(1)})}) {
      out[v.show()] = v;
    }
    return out;
  }();
  return all;
}

inline bool fits(const std::string& model, const Value& initial) {
  if (initial.is_nil()) return true;
  if (model == "multi-register") return initial.kind() == Value::Kind::map;
  if (model == "kv") return initial.kind() == Value::Kind::string;
  if (model == "set") return initial.kind() == Value::Kind::vector;
  return true;
}

inline bool key_holds(const Oracle& oracle, const Json& claim) {
  if (claim.at("valid") == "unknown") return true;
  if (claim.at("valid") == true) {
    return oracle.order_is_right(claim.at("order").get<std::vector<std::uint32_t>>());
  }
  const auto core = claim.at("core").get<std::vector<std::uint32_t>>();
  for (std::size_t i = 0; i < core.size(); ++i) {
    if (oracle.find(core[i]) == nullptr || (i > 0 && core[i - 1] >= core[i])) return false;
  }
  return oracle.core_is_impossible(core) &&
         (claim.at("minimal") == false || oracle.core_is_minimal(core));
}

// The document has the documented fields and kinds; whether they are right is the question.
inline Finding judge(const History& history, const Json& document) {
  const auto initial = initial_values().find(document.at("initial").get<std::string>());
  const std::string model = document.at("model");
  const std::string cas = document.at("failed_cas");
  const std::string nil = document.at("nil_read");
  const Json& keys = document.at("keys");
  const Json events = {{"events", history.size()}, {"hash", hex(history.content_hash())}};
  const auto partitions = by_key(history);
  if (document.at("format") != "tribunal-proof" || document.at("version") != 1 ||
      document.at("claim") != "linearizable" || document.at("history") != events ||
      initial == initial_values().end() || !fits(model, initial->second) ||
      (cas != "ignore" && cas != "observe") || (nil != "value" && nil != "any") ||
      document.at("valid") != summary(keys) || keys.size() != partitions.size()) {
    return Finding::rejected;
  }
  const Setting setting{model, initial->second, cas == "observe", nil == "any"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].at("key") != partitions[i].first) return Finding::rejected;
    const Oracle oracle(history, setting, partitions[i].second);
    if (!oracle.well_formed() || !key_holds(oracle, keys[i])) return Finding::rejected;
  }
  return document.at("valid") == "unknown" ? Finding::undecided : Finding::accepted;
}

}  // namespace tribunal::verify::test
