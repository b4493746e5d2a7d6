// Escrow: a linear bound is kept without coordination if the slack is dealt out beforehand and
// every replica spends only its own share (O'Neil, "The escrow transactional method", TODS 1986).
// The variant gives each transaction the replica as a parameter, books every change of the slack on
// that replica's share, and demands that no share is overdrawn.
#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "checker/confluence/advice/parts.h"
#include "spec/print.h"

namespace tribunal::checker::confluence::advice {
namespace {

using spec::Expr;
using spec::ExprId;
using spec::Operator;
using spec::Spec;
using spec::StatementKind;
using spec::Type;

// slack = sum of coefficient * counter[...] + constant >= 0, for all choices of the bound variables
struct Linear {
  struct Term {
    std::int64_t coefficient = 0;
    std::vector<std::size_t> order;  // the counter's k-th index is the order[k]-th bound variable
  };
  std::map<std::uint32_t, Term> terms;  // by variable
  std::int64_t constant = 0;
  std::vector<ExprId> binders;
};

class Reader {
 public:
  Reader(const Spec& spec, const Prefix& prefix) : spec_(spec) { linear_.binders = prefix.binders; }

  std::optional<Linear> slack(ExprId comparison) {
    const Expr& e = spec_.exprs[comparison];
    std::int64_t sign = 1;
    if (e.op == Operator::less || e.op == Operator::less_equal) sign = -1;
    const bool strict = e.op == Operator::less || e.op == Operator::greater;
    const bool bound = strict || e.op == Operator::less_equal || e.op == Operator::greater_equal;
    if (!bound || !add(e.operands[0], sign) || !add(e.operands[1], -sign)) return std::nullopt;
    if (strict) --linear_.constant;
    std::erase_if(linear_.terms, [](const auto& t) { return t.second.coefficient == 0; });
    if (linear_.terms.empty()) return std::nullopt;
    return linear_;
  }

 private:
  bool add(ExprId id, std::int64_t factor) {
    const Expr& e = spec_.exprs[id];
    switch (e.op) {
      case Operator::literal:
        linear_.constant += factor * e.value;
        return true;
      case Operator::constant:
        linear_.constant += factor * spec_.constants[static_cast<std::size_t>(e.value)].value;
        return true;
      case Operator::negate:
        return add(e.operands[0], -factor);
      case Operator::add:
        return add(e.operands[0], factor) && add(e.operands[1], factor);
      case Operator::subtract:
        return add(e.operands[0], factor) && add(e.operands[1], -factor);
      case Operator::multiply:
        return product(e, factor);
      case Operator::read:
        return counter(e, factor);
      default:
        return false;
    }
  }

  bool product(const Expr& e, std::int64_t factor) {
    for (const int side : {0, 1}) {
      const Expr& number = spec_.exprs[e.operands[static_cast<std::size_t>(side)]];
      const bool small = number.value > -1000 && number.value < 1000;
      if (number.op != Operator::literal || !small) continue;
      return add(e.operands[static_cast<std::size_t>(1 - side)], factor * number.value);
    }
    return false;
  }

  // A counter whose indices are exactly the bound variables, in some order.
  bool counter(const Expr& e, std::int64_t factor) {
    const auto variable = static_cast<std::uint32_t>(e.value);
    if (spec_.variables[variable].kind != spec::Kind::counter) return false;
    if (e.operands.size() != linear_.binders.size()) return false;
    std::vector<std::size_t> order;
    for (const ExprId operand : e.operands) {
      const Expr& index = spec_.exprs[operand];
      const auto binder =
          std::find_if(linear_.binders.begin(), linear_.binders.end(), [&](ExprId b) {
            return index.op == Operator::local && spec_.exprs[b].slot == index.slot;
          });
      const auto at = static_cast<std::size_t>(binder - linear_.binders.begin());
      if (binder == linear_.binders.end()) return false;
      if (std::find(order.begin(), order.end(), at) != order.end()) return false;
      order.push_back(at);
    }
    Linear::Term& term = linear_.terms[variable];
    if (term.coefficient != 0 && term.order != order) return false;
    term.coefficient += factor;
    term.order = std::move(order);
    return true;
  }

  const Spec& spec_;
  Linear linear_;
};

std::string unused_name(const Spec& spec, std::string name) {
  const auto taken = [&](const std::string& n) {
    const auto is = [&](const auto& named) { return named.name == n; };
    bool found = std::any_of(spec.sorts.begin(), spec.sorts.end(), is) ||
                 std::any_of(spec.variables.begin(), spec.variables.end(), is) ||
                 std::any_of(spec.transactions.begin(), spec.transactions.end(), is) ||
                 std::any_of(spec.constants.begin(), spec.constants.end(), is) ||
                 std::any_of(spec.enums.begin(), spec.enums.end(), is) ||
                 std::any_of(spec.exprs.begin(), spec.exprs.end(), is) ||
                 std::any_of(spec.statements.begin(), spec.statements.end(), is) ||
                 std::any_of(spec.invariants.begin(), spec.invariants.end(), is);
    for (const spec::Transaction& t : spec.transactions) {
      found = found || std::any_of(t.parameters.begin(), t.parameters.end(), is);
    }
    for (const spec::Enumeration& e : spec.enums) {
      found = found || std::find(e.members.begin(), e.members.end(), n) != e.members.end();
    }
    return found;
  };
  while (taken(name)) name += "_";
  return name;
}

class Escrow {
 public:
  Escrow(const Spec& spec, const Linear& linear, const std::string& bound)
      : spec_(spec), linear_(linear), bound_(bound) {}

  Spec build() {
    add_shares();
    for (spec::Transaction& t : spec_.transactions) {
      if (!changes_slack(t.body)) continue;
      me_ = static_cast<spec::Slot>(t.parameters.size());
      t.parameters.push_back({me_name_, replica_, spec::Minted::self});
      t.body = booked(t.body);
    }
    add_invariants();
    spec_.expect = spec::Expectation::confluent;
    return spec_;
  }

 private:
  void add_shares() {
    constexpr std::uint32_t replicas = 2;  // as many as a proof needs; a deployment has its own
    const std::string sort = unused_name(spec_, "Replica");
    replica_ = {Type::Base::sort, static_cast<std::uint32_t>(spec_.sorts.size())};
    spec_.sorts.push_back({sort, replicas});
    me_name_ = unused_name(spec_, "me");
    std::int64_t slack = linear_.constant;
    for (const auto& [variable, term] : linear_.terms) {
      slack += term.coefficient * spec_.variables[variable].initial;
    }
    spec::Variable share;
    share.kind = spec::Kind::counter;
    share.name = unused_name(spec_, bound_ + "_share");
    for (const ExprId b : linear_.binders) share.indices.push_back(spec_.exprs[b].domain);
    share.indices.push_back(replica_);
    share.type = {Type::Base::integer, 0};
    share.initial = std::max<std::int64_t>(slack, 0) / replicas;
    share.initial_given = true;
    share_ = static_cast<std::uint32_t>(spec_.variables.size());
    spec_.variables.push_back(std::move(share));
  }

  bool is_booked(const spec::Statement& s) const {
    const bool moves = s.kind == StatementKind::increase || s.kind == StatementKind::decrease;
    return moves && linear_.terms.count(s.variable) != 0;
  }

  bool changes_slack(const std::vector<spec::StatementId>& body) const {
    return std::any_of(body.begin(), body.end(), [&](spec::StatementId id) {
      return is_booked(spec_.statements[id]) || changes_slack(spec_.statements[id].body);
    });
  }

  // The body with the same change of the share after each change of the slack.
  std::vector<spec::StatementId> booked(const std::vector<spec::StatementId>& body) {
    std::vector<spec::StatementId> result;
    for (const spec::StatementId id : body) {
      spec::Statement own = spec_.statements[id];
      if (!own.body.empty()) {
        own.body = booked(own.body);
        spec_.statements[id].body = own.body;
      }
      if (is_booked(own)) result.push_back(booking(own));
      result.push_back(id);
    }
    return result;
  }

  spec::StatementId booking(const spec::Statement& change) {
    const Linear::Term& term = linear_.terms.at(change.variable);
    spec::Statement share = change;
    share.variable = share_;
    share.indices.assign(linear_.binders.size() + 1, 0);
    for (std::size_t k = 0; k < term.order.size(); ++k) {
      share.indices[term.order[k]] = change.indices[k];
    }
    Expr me;
    me.op = Operator::local;
    me.type = replica_;
    me.slot = me_;
    me.name = me_name_;
    share.indices.back() = put(spec_, me);
    if (term.coefficient < 0) {
      share.kind = change.kind == StatementKind::increase ? StatementKind::decrease
                                                          : StatementKind::increase;
    }
    const std::int64_t times = std::abs(term.coefficient);
    if (times != 1) share.value = binary(Operator::multiply, number(times), *change.value);
    spec_.statements.push_back(std::move(share));
    return static_cast<spec::StatementId>(spec_.statements.size() - 1);
  }

  ExprId number(std::int64_t value) {
    Expr e;
    e.value = value;
    return put(spec_, e);
  }

  ExprId binary(Operator op, ExprId a, ExprId b) {
    Expr e;
    e.op = op;
    e.operands = {a, b};
    return put(spec_, e);
  }

  ExprId bound_variable(std::size_t binder) {
    Expr e = spec_.exprs[linear_.binders[binder]];
    Expr local;
    local.op = Operator::local;
    local.type = e.domain;
    local.name = e.name;
    local.slot = e.slot;
    return put(spec_, local);
  }

  ExprId share_of(const std::string& replica) {
    Expr read;
    read.op = Operator::read;
    read.value = share_;
    for (std::size_t b = 0; b < linear_.binders.size(); ++b) {
      read.operands.push_back(bound_variable(b));
    }
    Expr local;
    local.op = Operator::local;
    local.type = replica_;
    local.name = replica;
    read.operands.push_back(put(spec_, local));
    return put(spec_, read);
  }

  ExprId binder(Operator op, const std::string& name, Type domain, ExprId body) {
    Expr e;
    e.op = op;
    e.name = name;
    e.domain = domain;
    e.operands = {body};
    e.type = {op == Operator::sum ? Type::Base::integer : Type::Base::boolean, 0};
    return put(spec_, e);
  }

  ExprId for_all_binders(ExprId body) {
    for (std::size_t b = linear_.binders.size(); b-- > 0;) {
      const Expr e = spec_.exprs[linear_.binders[b]];
      body = binder(Operator::forall, e.name, e.domain, body);
    }
    return body;
  }

  void add_invariants() {
    const std::string r = unused_name(spec_, "r");
    const ExprId paid = binary(Operator::greater_equal, share_of(r), number(0));
    add_invariant(bound_ + "_shares", for_all_binders(binder(Operator::forall, r, replica_, paid)));
    ExprId slack = number(linear_.constant);
    for (const auto& [variable, term] : linear_.terms) {
      Expr read;
      read.op = Operator::read;
      read.value = variable;
      for (const std::size_t at : term.order) read.operands.push_back(bound_variable(at));
      ExprId product = put(spec_, read);
      const std::int64_t times = std::abs(term.coefficient);
      if (times != 1) product = binary(Operator::multiply, number(times), product);
      slack = binary(term.coefficient > 0 ? Operator::add : Operator::subtract, slack, product);
    }
    const ExprId dealt = binder(Operator::sum, r, replica_, share_of(r));
    add_invariant(bound_ + "_dealt", for_all_binders(binary(Operator::less_equal, dealt, slack)));
  }

  void add_invariant(const std::string& name, ExprId condition) {
    spec_.invariants.push_back({unused_name(spec_, name), condition, 0});
  }

  Spec spec_;
  const Linear& linear_;
  std::string bound_;
  Type replica_;
  std::string me_name_;
  std::uint32_t share_ = 0;
  spec::Slot me_ = 0;
};

}  // namespace

std::vector<Variant> escrows(const Spec& spec, const std::vector<std::uint32_t>& invariants) {
  std::vector<Variant> found;
  for (const std::uint32_t i : invariants) {
    const Prefix prefix = strip(spec, spec.invariants[i].condition);
    const auto linear = Reader(spec, prefix).slack(prefix.body);
    if (!linear) continue;
    const std::string& name = spec.invariants[i].name;
    found.push_back(
        {Variant::Kind::escrow,
         fmt::format("deal out the slack of '{}': each replica spends its own share", name),
         spec::print(Escrow(spec, *linear, name).build()), Route::none});
  }
  return found;
}

}  // namespace tribunal::checker::confluence::advice
