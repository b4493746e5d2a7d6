// Expressions over symbolic values. Quantifiers, sums and counts are expanded over the scope, and
// a read at a symbolic index is a choice among the cells, so that formulas stay free of quantifiers
// (linear integer arithmetic with booleans) as long as the specification multiplies no two
// unknowns.
#pragma once

#include <functional>

#include "checker/confluence/encoding/builder.h"
#include "spec/ast.h"
#include "spec/layout.h"

namespace tribunal::checker::confluence::encoding {

// What parameters, lets and bound variables are, by slot.
using Slots = std::vector<Term>;

class Evaluator {
 public:
  Evaluator(const Builder& builder, const spec::Layout& layout) : b_(builder), layout_(layout) {}

  // `values`: by cell; booleans for sets and boolean registers, integers for the rest (elements
  // and enum members by number).
  Term expr(spec::ExprId expr, const Terms& values, Slots& slots) const;

  // Calls `visit` for each cell of `variable` that the indices may name, with the condition that
  // they do; conditions that are plainly false are left out.
  void each_cell(std::uint32_t variable, const std::vector<spec::ExprId>& indices,
                 const Terms& values, Slots& slots,
                 const std::function<void(spec::Cell, const Term&)>& visit) const;

  const Builder& builder() const { return b_; }
  const spec::Layout& layout() const { return layout_; }
  const spec::Spec& spec() const { return layout_.spec(); }
  Slots slots(spec::Slot count) const { return Slots(count, b_.zero()); }

 private:
  Term binder(const spec::Expr& expr, const Terms& values, Slots& slots) const;
  Term extremum(const spec::Expr& expr, const Terms& values, Slots& slots) const;
  Term read(const spec::Expr& expr, const Terms& values, Slots& slots) const;

  const Builder& b_;
  const spec::Layout& layout_;
};

}  // namespace tribunal::checker::confluence::encoding
