// The types of a specification in Z3, quantifiers over them, and folds (sums, counts, extrema).
//
// A sort is *open*, an uninterpreted sort with at least one element, or *closed*, an enumeration of
// as many elements as a scope gives it. Over closed types quantifiers and folds are written out;
// over open ones quantifiers stay, and a fold is an unknown function of the bound variables in it:
// all that is known is that the same fold over the same state has the same value.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <z3++.h>

#include "spec/ast.h"

namespace tribunal::checker::confluence::recheck {

using Formula = z3::expr;  // or a term; of any sort
using Formulas = std::vector<Formula>;
// What a variable holds, as a function of the indices of a cell.
using Field = std::function<Formula(const Formulas& at)>;

Formula negation(const Formula& a);
Formula both(const Formula& a, const Formula& b);
Formula either(const Formula& a, const Formula& b);
Formula implied(const Formula& condition, const Formula& a);
Formula choice(const Formula& condition, const Formula& a, const Formula& b);
Formula same(const Formula& a, const Formula& b);
Formula plus(const Formula& a, const Formula& b);
Formula conjunction(z3::context& context, const Formulas& all);
Formula disjunction(z3::context& context, const Formulas& all);

class Logic {
 public:
  // `sizes`: of each sort; null: sorts are open. The specification is borrowed.
  Logic(const spec::Spec& spec, const std::vector<std::uint32_t>* sizes);
  Logic(const Logic&) = delete;
  Logic& operator=(const Logic&) = delete;

  const spec::Spec& spec() const { return spec_; }
  z3::context& context() { return context_; }
  Formula truth(bool value) { return context_.bool_val(value); }
  Formula number(std::int64_t value) { return context_.int_val(value); }
  // Whether formulas say what the specification says: no fold is an unknown.
  bool exact() const { return folds_.empty(); }
  // The value that the interpreter writes as this number. Of an open sort only 0 has a name.
  Formula value_of(spec::Type type, std::int64_t number);
  bool is_open(spec::Type type) const;
  const Formulas& elements(spec::Type type) const;  // precondition: finite and not open

  // An unknown constant, or an unknown function of the indices of a variable.
  Formula unknown(const std::string& name, spec::Type type);
  Field unknown(const std::string& name, const std::vector<spec::Type>& indices, spec::Type type);

  using Body = std::function<Formula(const Formula& element)>;
  Formula for_all(spec::Type domain, const Body& body);
  Formula there_is(spec::Type domain, const Body& body);
  // For all choices of indices.
  Formula for_all(const std::vector<spec::Type>& domains, const Field& body);
  // sum, count, maxof, minof. `otherwise` is used by the last two.
  Formula fold(spec::Operator op, spec::Type domain, const Body& condition, const Body& body,
               const Formula& otherwise);

 private:
  Formula quantified(bool universal, spec::Type domain, const Body& body);
  Formula expanded(spec::Operator op, spec::Type domain, const Body& condition, const Body& body,
                   const Formula& otherwise);
  Formula abstracted(spec::Operator op, spec::Type domain, const Body& condition, const Body& body,
                     const Formula& otherwise);
  z3::sort sort_of(spec::Type type);
  // A bound variable, until `leave`. Named by how deep it is bound, so that equal formulas are
  // equal terms.
  Formula enter(spec::Type domain);
  void leave() { bound_.pop_back(); }

  const spec::Spec& spec_;
  z3::context context_;
  bool open_;
  std::vector<z3::sort> sorts_, enums_;
  std::vector<Formulas> sort_elements_, enum_elements_;
  Formulas bound_;  // that the formula being built stands under, outermost first
  std::vector<std::pair<Formula, z3::func_decl>> folds_;  // what is folded, and its value
};

}  // namespace tribunal::checker::confluence::recheck
