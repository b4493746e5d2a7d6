// See search.h.
#include "checker/linearizability/search.h"

#include <unordered_map>

#include "checker/linearizability/search_engine.h"

namespace tribunal::checker::linearizability {

namespace {

// Follows observations backwards: whoever could have produced what a kept operation observed is
// kept.
class Usefulness {
 public:
  Usefulness(Model& model, const std::vector<Op>& ops) : model_(model), ops_(ops) {
    std::vector<std::uint32_t> tokens;
    for (std::uint32_t i = 0; i < ops.size(); ++i) {
      if (!ops[i].optional()) continue;
      tokens.clear();
      model_.produced(ops[i], tokens);
      for (const std::uint32_t token : tokens) producers_[token].ops.push_back(i);
      all_producers_.ops.push_back(i);
    }
  }

  std::vector<Op> kept() {
    keep_.resize(ops_.size());
    for (std::uint32_t i = 0; i < ops_.size(); ++i) {
      if (!ops_[i].optional()) keep(i);
    }
    while (!fresh_.empty()) {
      const std::uint32_t i = fresh_.back();
      fresh_.pop_back();
      for (const Want& want : model_.wants(ops_[i])) {
        if (want.all_but) keep_all(all_producers_, ops_[i].ret);
        if (want.all_but) continue;
        for (const std::uint32_t token : want.tokens) keep_producers(token, ops_[i].ret);
      }
    }
    std::vector<Op> kept;
    for (std::uint32_t i = 0; i < ops_.size(); ++i) {
      if (keep_[i]) kept.push_back(ops_[i]);
    }
    return kept;
  }

 private:
  // Ascending by call. What is kept of a list is always a beginning, so each entry is looked at
  // once.
  struct Producers {
    std::vector<std::uint32_t> ops;
    std::size_t kept = 0;
  };

  void keep(std::uint32_t i) {
    if (keep_[i]) return;
    keep_[i] = true;
    fresh_.push_back(i);
  }

  void keep_producers(std::uint32_t token, std::uint32_t before) {
    const auto found = producers_.find(token);
    if (found != producers_.end()) keep_all(found->second, before);
  }

  void keep_all(Producers& list, std::uint32_t before) {
    while (list.kept < list.ops.size() && ops_[list.ops[list.kept]].call < before) {
      keep(list.ops[list.kept++]);
    }
  }

  Model& model_;
  const std::vector<Op>& ops_;
  std::unordered_map<std::uint32_t, Producers> producers_;  // by token; never iterated
  Producers all_producers_;
  std::vector<bool> keep_;
  std::vector<std::uint32_t> fresh_;
};

}  // namespace

std::vector<Op> without_useless(Model& model, const std::vector<Op>& ops) {
  bool optional = false;
  for (const Op& op : ops) optional = optional || op.optional();
  if (!optional) return ops;
  return Usefulness(model, ops).kept();
}

Found search(Model& model, const std::vector<Op>& ops, const Limits& limits) {
  return Engine<>(model, ops, limits).run();
}

}  // namespace tribunal::checker::linearizability
