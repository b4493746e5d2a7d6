#include "checker/confluence/encoding/builder.h"

namespace tribunal::checker::confluence::encoding {
namespace {

// Numbers this small cannot overflow when two of them are added or multiplied.
constexpr std::int64_t foldable = std::int64_t{1} << 30;

bool small(const Term& term, std::int64_t& value) {
  return term.is_numeral_i64(value) && value > -foldable && value < foldable;
}

}  // namespace

Builder::Builder(z3::context& context)
    : context_(&context),
      yes_(context.bool_val(true)),
      no_(context.bool_val(false)),
      zero_(context.int_val(0)) {}

bool Builder::is_number(const Term& a) const {
  return Z3_get_ast_kind(*context_, a) == Z3_NUMERAL_AST;
}

Term Builder::not_(const Term& a) const {
  if (is_yes(a)) return no_;
  if (is_no(a)) return yes_;
  return !a;
}

Term Builder::and_(const Term& a, const Term& b) const {
  if (is_no(a) || is_no(b)) return no_;
  if (is_yes(a) || same(a, b)) return b;
  if (is_yes(b)) return a;
  return a && b;
}

Term Builder::or_(const Term& a, const Term& b) const {
  if (is_yes(a) || is_yes(b)) return yes_;
  if (is_no(a) || same(a, b)) return b;
  if (is_no(b)) return a;
  return a || b;
}

Term Builder::ite(const Term& condition, const Term& a, const Term& b) const {
  if (is_yes(condition) || same(a, b)) return a;
  if (is_no(condition)) return b;
  if (is_yes(a) && is_no(b)) return condition;
  if (is_no(a) && is_yes(b)) return not_(condition);
  return z3::ite(condition, a, b);
}

Term Builder::equal(const Term& a, const Term& b) const {
  if (same(a, b)) return yes_;
  if (a.is_bool()) {
    if (is_yes(a)) return b;
    if (is_yes(b)) return a;
    if (is_no(a)) return not_(b);
    if (is_no(b)) return not_(a);
  } else if (is_number(a) && is_number(b)) {
    return no_;
  }
  return a == b;
}

Term Builder::less(const Term& a, const Term& b) const {
  std::int64_t x = 0;
  std::int64_t y = 0;
  if (same(a, b)) return no_;
  if (is_number(a) && is_number(b) && small(a, x) && small(b, y)) return truth(x < y);
  return a < b;
}

Term Builder::add(const Term& a, const Term& b) const {
  std::int64_t x = 0;
  std::int64_t y = 0;
  if (same(a, zero_)) return b;
  if (same(b, zero_)) return a;
  if (is_number(a) && is_number(b) && small(a, x) && small(b, y)) return number(x + y);
  return a + b;
}

Term Builder::subtract(const Term& a, const Term& b) const {
  std::int64_t x = 0;
  std::int64_t y = 0;
  if (same(b, zero_)) return a;
  if (is_number(a) && is_number(b) && small(a, x) && small(b, y)) return number(x - y);
  return a - b;
}

Term Builder::multiply(const Term& a, const Term& b) const {
  std::int64_t x = 0;
  std::int64_t y = 0;
  if (is_number(a) && is_number(b) && small(a, x) && small(b, y)) return number(x * y);
  return a * b;
}

Term Builder::all(const Terms& terms) const {
  Term result = yes_;
  for (const Term& term : terms) result = and_(result, term);
  return result;
}

Term Builder::any(const Terms& terms) const {
  Term result = no_;
  for (const Term& term : terms) result = or_(result, term);
  return result;
}

}  // namespace tribunal::checker::confluence::encoding
