// From the text of a proof to a finding: the document, the history it speaks of, then key by key.
#include "verify/verify.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "history/files.h"
#include "verify/core.h"
#include "verify/document.h"
#include "verify/operations.h"
#include "verify/replay.h"

namespace tribunal::verify {

namespace {

using history::History;
using history::Operation;
using history::Value;

struct Partition {
  std::optional<std::string> key;  // EDN text
  std::vector<Operation> operations;
};

std::string key_name(const std::optional<std::string>& key) {
  return key ? "key " + quote(*key) : std::string("operations without a key");
}

// By key, in the order of first appearance.
std::vector<Partition> partition(const History& history) {
  std::vector<Partition> out;
  std::map<std::pair<bool, std::uint64_t>, std::size_t> numbers;
  for (const Operation& operation : history.operations()) {
    const auto [at, fresh] =
        numbers.try_emplace({operation.has_key, operation.key.bits()}, out.size());
    if (fresh) {
      out.emplace_back();
      if (operation.has_key) out.back().key = history.value(operation.key).show();
    }
    out[at->second].operations.push_back(operation);
  }
  return out;
}

// One value in exactly the spelling of Value::show, so that a text has one meaning.
Result<Value> read_value(const std::string& text) {
  const std::string line = "{:process 0, :type :invoke, :f :x, :value (" + text + ")}";
  history::ReadOptions options;
  options.format = history::Format::edn;
  const auto read = history::read_text(line, "initial", options);
  if (read.ok() && read->size() == 1) {
    const Value list = read->value(read->value_of(0));
    if (list.kind() == Value::Kind::list && list.items().size() == 1 &&
        list.items()[0].show() == text) {
      return list.items()[0];
    }
  }
  return fail(fmt::format("initial: expected one EDN value, found {}", quote(text)));
}

Result<Rules> rules_of(const Document& document) {
  Rules rules;
  auto model = find_model(document.model);
  if (!model.ok()) return Failure{model.error()};
  auto initial = read_value(document.initial);
  if (!initial.ok()) return Failure{initial.error()};
  rules.model = *model;
  rules.initial = *initial;
  rules.observe_failed_cas = document.observe_failed_cas;
  rules.nil_reads_anything = document.nil_reads_anything;
  if (Status status = check_initial(rules); !status.ok()) return Failure{status.error()};
  return rules;
}

Status speaks_of(const Document& document, const History& history) {
  if (document.events != history.size()) {
    return fail(fmt::format("the proof speaks of a history of {} events, this one has {}",
                            document.events, history.size()));
  }
  if (document.history_hash != history.content_hash()) {
    return fail("the proof speaks of another history: the hash of its content differs");
  }
  return {};
}

Status same_keys(const Document& document, const std::vector<Partition>& partitions) {
  for (std::size_t i = 0; i < partitions.size() && i < document.keys.size(); ++i) {
    if (document.keys[i].key == partitions[i].key) continue;
    return fail(fmt::format("keys[{}]: expected {}, found {}", i, key_name(partitions[i].key),
                            key_name(document.keys[i].key)));
  }
  if (document.keys.size() == partitions.size()) return {};
  return fail(fmt::format("expected {} keys, as the history has, found {}", partitions.size(),
                          document.keys.size()));
}

class Verification {
 public:
  Verification(const History& history, std::uint64_t step_limit)
      : history_(history), step_limit_(step_limit) {}

  Report run(std::string_view proof) {
    if (Status status = check(proof); !status.ok()) {
      report_.finding = Finding::rejected;
      report_.reason = status.error().message;
    }
    return std::move(report_);
  }

 private:
  Status check(std::string_view proof) {
    auto document = read_document(proof);
    if (!document.ok()) return Failure{document.error()};
    report_.claim = name(document->claim);
    if (Status status = speaks_of(*document, history_); !status.ok()) return status;
    auto rules = rules_of(*document);
    if (!rules.ok()) return Failure{rules.error()};
    const std::vector<Partition> partitions = partition(history_);
    if (Status status = same_keys(*document, partitions); !status.ok()) return status;
    for (std::size_t i = 0; i < partitions.size(); ++i) {
      const Status status = check_key(document->keys[i], partitions[i], *rules);
      if (!status.ok()) {
        return fail(key_name(partitions[i].key) + ": " + status.error().message);
      }
    }
    conclude(document->claim);
    return {};
  }

  Status check_key(const KeyClaim& claim, const Partition& partition, const Rules& rules) {
    auto key = read_operations(history_, partition.operations, rules);
    if (!key.ok()) return Failure{key.error()};
    if (claim.claim == Claim::unknown) {
      note(unproven_, partition, claim.reason);
      return {};
    }
    ++report_.keys;
    report_.operations += claim.operations.size();
    if (claim.claim == Claim::valid) return replay(*key, claim.operations);
    auto outcome = check_core(*key, claim.operations, claim.minimal, step_limit_);
    if (!outcome.ok()) return Failure{outcome.error()};
    if (*outcome == CoreFinding::undecided) {
      note(undecided_, partition,
           fmt::format("the search exceeds {} steps or its memory", step_limit_));
    }
    return {};
  }

  // Keeps the first reason of each sort.
  static void note(std::string& reason, const Partition& partition, const std::string& why) {
    if (reason.empty()) reason = key_name(partition.key) + ": " + quote(why, 300);
  }

  // Nothing was wrong. An invalid claim needs no verdict on the keys that are unknown.
  void conclude(Claim claim) {
    report_.reason = !undecided_.empty() ? undecided_ : claim == Claim::unknown ? unproven_ : "";
    report_.finding = report_.reason.empty() ? Finding::accepted : Finding::undecided;
  }

  const History& history_;
  std::uint64_t step_limit_;
  Report report_;
  std::string undecided_;
  std::string unproven_;
};

}  // namespace

Report verify_proof(const History& history, std::string_view proof, std::uint64_t step_limit) {
  return Verification(history, step_limit).run(proof);
}

}  // namespace tribunal::verify
