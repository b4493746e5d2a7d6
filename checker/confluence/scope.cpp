#include "checker/confluence/scope.h"

#include <algorithm>

#include <fmt/format.h>

namespace tribunal::checker::confluence {
namespace {

using spec::Expr;
using spec::Operator;
using spec::Type;
using Counts = std::vector<std::uint64_t>;  // by sort

// Each of these can differ in its references: a later state and the origins of two transactions,
// or two sides and what they share.
constexpr std::uint64_t states_at_once = 3;
constexpr std::uint64_t far_too_many = 1000;

class Counting {
 public:
  explicit Counting(const spec::Spec& spec) : spec_(spec), sorts_(spec.sorts.size()) {}

  Counts enough() {
    Counts needed = pair_arguments();
    add(needed, witnesses());
    for (const spec::Transaction& t : spec_.transactions) body(t.body, {});
    body(spec_.on_merge, {});
    references(needed);
    return needed;
  }
  const std::string& obstacle() const { return obstacle_; }

 private:
  Counts none() const { return Counts(sorts_, 0); }
  static void add(Counts& to, const Counts& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
  }
  static void raise(Counts& to, const Counts& from) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = std::max(to[i], from[i]);
  }
  void block(const std::string& why) {
    if (obstacle_.empty()) obstacle_ = why;
  }

  Counts pair_arguments() const {
    Counts most = none();
    for (const spec::Transaction& t : spec_.transactions) {
      Counts own = none();
      for (const spec::Parameter& p : t.parameters) {
        if (p.type.base == Type::Base::sort) ++own[p.type.index];
      }
      raise(most, own);
    }
    Counts both = most;
    add(both, most);
    return both;
  }

  // What falsifies an invariant, a conjunct of a guard, or one of the facts about single cells.
  Counts witnesses() {
    Counts most = none();
    for (const spec::Invariant& i : spec_.invariants)
      raise(most, universal(i.condition, true, i.name));
    Counts found_by_guards = none();
    for (const spec::Transaction& t : spec_.transactions) {
      if (!t.guard) continue;
      raise(most, universal(*t.guard, true, t.name, true));
      Counts existential = universal(*t.guard, false, t.name, true);
      raise(found_by_guards, existential);
    }
    for (const spec::Variable& v : spec_.variables) {
      Counts cells = none();
      for (const Type index : v.indices) {
        if (index.base == Type::Base::sort) ++cells[index.index];
      }
      raise(most, cells);
    }
    add(most, found_by_guards);
    add(most, found_by_guards);
    return most;
  }

  // How many elements a formula's universal quantifiers range over at once; with `positive` false,
  // those of its negation. Quantifiers of the other sort are an obstacle below a universal one, and
  // in invariants anywhere.
  Counts universal(spec::ExprId id, bool positive, const std::string& where, bool guard = false) {
    const Expr& e = spec_.exprs[id];
    Counts result = none();
    switch (e.op) {
      case Operator::not_:
        return universal(e.operands[0], !positive, where, guard);
      case Operator::implies:
        result = universal(e.operands[0], !positive, where, guard);
        add(result, universal(e.operands[1], positive, where, guard));
        return result;
      case Operator::forall:
      case Operator::exists: {
        const bool is_universal = (e.op == Operator::forall) == positive;
        if (!is_universal && !guard) block(fmt::format("'exists' in {}", where));
        result = universal(e.operands[0], positive, where, guard);
        if (e.where) {
          add(result, universal(e.operands[1], e.op == Operator::forall ? !positive : positive,
                                where, guard));
        }
        if (is_universal && e.domain.base == Type::Base::sort) ++result[e.domain.index];
        if (guard && has_quantifier(e.operands[0]))
          block(fmt::format("nested quantifiers in {}", where));
        return result;
      }
      case Operator::sum:
      case Operator::count:
      case Operator::maxof:
      case Operator::minof:
        if (e.domain.base == Type::Base::sort) {
          block(fmt::format("'{}' over {}", word(e.op), spec_.sorts[e.domain.index].name));
        } else if (has_quantifier(id)) {  // each member may need witnesses of its own
          block(fmt::format("a quantifier within '{}' in {}", word(e.op), where));
        }
        break;
      default:
        break;
    }
    for (const spec::ExprId operand : e.operands) {
      // Below a comparison of booleans a formula counts both ways.
      const bool both = e.op == Operator::equal || e.op == Operator::unequal;
      add(result, universal(operand, positive, where, guard));
      if (both && has_quantifier(operand)) block(fmt::format("a compared quantifier in {}", where));
    }
    return result;
  }

  static const char* word(Operator op) {
    if (op == Operator::sum) return "sum";
    if (op == Operator::count) return "count";
    return op == Operator::maxof ? "maxof" : "minof";
  }

  bool has_quantifier(spec::ExprId id) const {
    const Expr& e = spec_.exprs[id];
    const bool itself = spec::is_binder(e.op) && e.domain.base == Type::Base::sort;
    return itself || std::any_of(e.operands.begin(), e.operands.end(),
                                 [&](spec::ExprId o) { return has_quantifier(o); });
  }

  bool mentions(spec::ExprId id, spec::Slot slot) const {
    const Expr& e = spec_.exprs[id];
    return (e.op == Operator::local && e.slot == slot) ||
           std::any_of(e.operands.begin(), e.operands.end(),
                       [&](spec::ExprId o) { return mentions(o, slot); });
  }

  // Effects must be decided element by element.
  void body(const std::vector<spec::StatementId>& statements, std::vector<spec::Slot> loops) {
    for (const spec::StatementId id : statements) {
      const spec::Statement& s = spec_.statements[id];
      std::vector<spec::ExprId> exprs = s.indices;
      if (s.value) exprs.push_back(*s.value);
      for (const spec::ExprId e : exprs) {
        if (has_quantifier(e)) block("a quantifier, sum or count in an effect");
      }
      std::vector<spec::Slot> inner = loops;
      if (s.kind == spec::StatementKind::forall && s.domain.base == Type::Base::sort) {
        inner.push_back(s.slot);
      }
      if (s.kind < spec::StatementKind::let) {
        for (const spec::Slot loop : loops) {
          const bool named = std::any_of(s.indices.begin(), s.indices.end(),
                                         [&](spec::ExprId e) { return mentions(e, loop); });
          if (!named)
            block(
                fmt::format("a loop that changes {} as a whole", spec_.variables[s.variable].name));
        }
      }
      body(s.body, inner);
    }
  }

  // What the elements so far refer to, sort after sort.
  void references(Counts& needed) {
    std::vector<bool> done(sorts_, false);
    for (std::size_t round = 0; round < sorts_; ++round) {
      std::size_t next = sorts_;
      for (std::size_t sort = 0; sort < sorts_ && next == sorts_; ++sort) {
        if (!done[sort] && !waits(sort, done)) next = sort;
      }
      if (next == sorts_) return block("references that form a circle");
      for (const spec::Variable& v : spec_.variables) {
        if (v.type.base != Type::Base::sort || v.type.index != next) continue;
        std::uint64_t images = states_at_once;
        for (const Type index : v.indices) {
          images *= index.base == Type::Base::sort ? needed[index.index]
                                                   : spec_.enums[index.index].members.size();
        }
        needed[next] = std::min(needed[next] + images, far_too_many);
      }
      done[next] = true;
    }
  }

  bool waits(std::size_t sort, const std::vector<bool>& done) const {
    for (const spec::Variable& v : spec_.variables) {
      if (v.type.base != Type::Base::sort || v.type.index != sort) continue;
      for (const Type index : v.indices) {
        if (index.base == Type::Base::sort && !done[index.index]) return true;
      }
    }
    return false;
  }

  const spec::Spec& spec_;
  std::size_t sorts_;
  std::string obstacle_;
};

}  // namespace

bool Scope::is_complete() const {
  if (!obstacle.empty()) return false;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] < complete[i]) return false;
  }
  return true;
}

Scope scope_of(const spec::Spec& spec, std::uint32_t most) {
  Counting counting(spec);
  const Counts enough = counting.enough();
  Scope scope;
  scope.obstacle = counting.obstacle();
  for (std::size_t i = 0; i < spec.sorts.size(); ++i) {
    const auto needed = static_cast<std::uint32_t>(std::max<std::uint64_t>(enough[i], 1));
    scope.complete.push_back(scope.obstacle.empty() ? needed : 0);
    std::uint32_t size = spec.sorts[i].size;
    if (size == 0) size = scope.obstacle.empty() ? std::min(needed, most) : std::min(3U, most);
    scope.sizes.push_back(size);
  }
  return scope;
}

std::string show(const spec::Spec& spec, const Scope& scope) {
  std::string text;
  std::string missing;
  for (std::size_t i = 0; i < scope.sizes.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ", ", spec.sorts[i].name, scope.sizes[i]);
    if (scope.obstacle.empty() && scope.sizes[i] < scope.complete[i]) {
      missing += fmt::format("{}{}={}", missing.empty() ? "" : ", ", spec.sorts[i].name,
                             scope.complete[i]);
    }
  }
  if (scope.sizes.empty()) text = "no sorts";
  if (scope.is_complete()) return text + ", complete";
  const std::string why = scope.obstacle.empty() ? "complete would be " + missing : scope.obstacle;
  return fmt::format("{}, bounded: {}", text, why);
}

}  // namespace tribunal::checker::confluence
