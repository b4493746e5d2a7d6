// The evaluation of expressions, for the other files of this folder; spec/execute.h is for users.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "spec/layout.h"
#include "spec/state.h"

namespace tribunal::spec {

// Borrows all that it is made of. Sees changes that are made to the values in between.
class Evaluator {
 public:
  Evaluator(const Layout& layout, const Values& values, std::vector<std::int64_t>& slots)
      : layout_(layout), exprs_(layout.spec().exprs), values_(values), slots_(slots) {}

  std::int64_t value(ExprId id) { return value(exprs_[id]); }
  // None: an index lies outside its sort.
  std::optional<Cell> cell(std::uint32_t variable, const std::vector<ExprId>& indices);

  bool overflowed() const { return overflowed_; }

 private:
  std::int64_t value(const Expr& expr);
  std::int64_t compare(const Expr& expr);
  std::int64_t arithmetic(const Expr& expr);
  std::int64_t bind(const Expr& expr);
  std::int64_t extremum(const Expr& expr);
  bool admits(const Expr& binder);

  const Layout& layout_;
  const std::vector<Expr>& exprs_;
  const Values& values_;
  std::vector<std::int64_t>& slots_;
  bool overflowed_ = false;
};

}  // namespace tribunal::spec
