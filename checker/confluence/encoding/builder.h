// Formulas, folded while they are built: most of what finite expansion produces is constant, and
// what is not built need not be solved. Terms are hash-consed, so identity is equality.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <z3++.h>

namespace tribunal::checker::confluence::encoding {

using Term = z3::expr;
using Terms = std::vector<Term>;

class Builder {
 public:
  explicit Builder(z3::context& context);

  z3::context& context() const { return *context_; }
  const Term& yes() const { return yes_; }
  const Term& no() const { return no_; }
  const Term& zero() const { return zero_; }
  Term truth(bool value) const { return value ? yes_ : no_; }
  Term number(std::int64_t value) const { return context_->int_val(value); }
  // A new constant. Equal names give equal constants.
  Term boolean(const std::string& name) const { return context_->bool_const(name.c_str()); }
  Term integer(const std::string& name) const { return context_->int_const(name.c_str()); }

  bool same(const Term& a, const Term& b) const {
    return static_cast<Z3_ast>(a) == static_cast<Z3_ast>(b);
  }
  bool is_yes(const Term& a) const { return same(a, yes_); }
  bool is_no(const Term& a) const { return same(a, no_); }
  bool is_number(const Term& a) const;

  Term not_(const Term& a) const;
  Term and_(const Term& a, const Term& b) const;
  Term or_(const Term& a, const Term& b) const;
  Term implies(const Term& a, const Term& b) const { return or_(not_(a), b); }
  Term ite(const Term& condition, const Term& a, const Term& b) const;
  Term equal(const Term& a, const Term& b) const;
  Term unequal(const Term& a, const Term& b) const { return not_(equal(a, b)); }
  Term less(const Term& a, const Term& b) const;
  Term less_equal(const Term& a, const Term& b) const { return not_(less(b, a)); }
  Term add(const Term& a, const Term& b) const;
  Term subtract(const Term& a, const Term& b) const;
  Term multiply(const Term& a, const Term& b) const;
  Term all(const Terms& terms) const;
  Term any(const Terms& terms) const;

 private:
  z3::context* context_;
  Term yes_;
  Term no_;
  Term zero_;
};

}  // namespace tribunal::checker::confluence::encoding
