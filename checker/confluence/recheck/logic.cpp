#include "checker/confluence/recheck/logic.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace tribunal::checker::confluence::recheck {

using spec::Operator;
using spec::Type;

namespace {

bool constructed(const Formula& a) {
  return a.is_app() && (a.is_numeral() || a.decl().decl_kind() == Z3_OP_DT_CONSTRUCTOR);
}

// Which of `constants` occur in a term, in their order.
Formulas occurring(const Formula& term, const Formulas& constants) {
  std::set<unsigned> visited;
  Formulas stack{term};
  while (!stack.empty()) {
    const Formula next = stack.back();
    stack.pop_back();
    if (!visited.insert(next.id()).second) continue;
    if (next.is_quantifier()) stack.push_back(next.body());
    for (unsigned i = 0; next.is_app() && i < next.num_args(); ++i) stack.push_back(next.arg(i));
  }
  Formulas found;
  for (const Formula& constant : constants) {
    if (visited.count(constant.id()) != 0) found.push_back(constant);
  }
  return found;
}

}  // namespace

Formula negation(const Formula& a) {
  if (a.is_true()) return a.ctx().bool_val(false);
  if (a.is_false()) return a.ctx().bool_val(true);
  return !a;
}

Formula both(const Formula& a, const Formula& b) {
  if (a.is_true() || b.is_false()) return b;
  if (b.is_true() || a.is_false() || z3::eq(a, b)) return a;
  return a && b;
}

Formula either(const Formula& a, const Formula& b) {
  if (a.is_false() || b.is_true()) return b;
  if (b.is_false() || a.is_true() || z3::eq(a, b)) return a;
  return a || b;
}

Formula implied(const Formula& condition, const Formula& a) {
  return either(negation(condition), a);
}

Formula choice(const Formula& condition, const Formula& a, const Formula& b) {
  if (condition.is_true() || z3::eq(a, b)) return a;
  if (condition.is_false()) return b;
  if (a.is_true()) return either(condition, b);
  if (a.is_false()) return both(negation(condition), b);
  if (b.is_true()) return either(negation(condition), a);
  if (b.is_false()) return both(condition, a);
  return z3::ite(condition, a, b);
}

Formula same(const Formula& a, const Formula& b) {
  if (z3::eq(a, b)) return a.ctx().bool_val(true);
  if (constructed(a) && constructed(b)) return a.ctx().bool_val(false);
  return a == b;
}

Formula plus(const Formula& a, const Formula& b) {
  std::int64_t number = 1;
  if (a.is_numeral_i64(number) && number == 0) return b;
  number = 1;
  if (b.is_numeral_i64(number) && number == 0) return a;
  return a + b;
}

Formula conjunction(z3::context& context, const Formulas& all) {
  Formula result = context.bool_val(true);
  for (const Formula& each : all) result = both(result, each);
  return result;
}

Formula disjunction(z3::context& context, const Formulas& all) {
  Formula result = context.bool_val(false);
  for (const Formula& each : all) result = either(result, each);
  return result;
}

Logic::Logic(const spec::Spec& spec, const std::vector<std::uint32_t>* sizes)
    : spec_(spec), open_(sizes == nullptr) {
  const auto enumerate = [&](const std::string& name, std::size_t size,
                             std::vector<z3::sort>& sorts, std::vector<Formulas>& elements) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < size; ++i) names.push_back(fmt::format("{}.{}", name, i));
    std::vector<const char*> texts;
    for (const std::string& each : names) texts.push_back(each.c_str());
    z3::func_decl_vector makers(context_);
    z3::func_decl_vector testers(context_);
    sorts.push_back(context_.enumeration_sort(name.c_str(), static_cast<unsigned>(size),
                                              texts.data(), makers, testers));
    Formulas made;
    for (unsigned i = 0; i < makers.size(); ++i) made.push_back(makers[i]());
    elements.push_back(std::move(made));
  };
  for (const spec::Enumeration& e : spec.enums) {
    enumerate(e.name, e.members.size(), enums_, enum_elements_);
  }
  for (std::size_t i = 0; i < spec.sorts.size(); ++i) {
    if (!open_) {
      enumerate(spec.sorts[i].name, (*sizes)[i], sorts_, sort_elements_);
    } else {
      sorts_.push_back(context_.uninterpreted_sort(spec.sorts[i].name.c_str()));
    }
  }
}

z3::sort Logic::sort_of(Type type) {
  switch (type.base) {
    case Type::Base::integer:
      return context_.int_sort();
    case Type::Base::boolean:
      return context_.bool_sort();
    case Type::Base::sort:
      return sorts_[type.index];
    case Type::Base::enumeration:
      break;
  }
  return enums_[type.index];
}

bool Logic::is_open(Type type) const { return open_ && type.base == Type::Base::sort; }

const Formulas& Logic::elements(Type type) const {
  return type.base == Type::Base::sort ? sort_elements_[type.index] : enum_elements_[type.index];
}

Formula Logic::value_of(Type type, std::int64_t number) {
  if (type.base == Type::Base::boolean) return truth(number != 0);
  if (type.base == Type::Base::integer) return this->number(number);
  if (!is_open(type)) return elements(type).at(static_cast<std::size_t>(number));
  return unknown(fmt::format("{}.{}", spec_.sorts[type.index].name, number), type);
}

Formula Logic::unknown(const std::string& name, Type type) {
  return context_.constant(name.c_str(), sort_of(type));
}

Field Logic::unknown(const std::string& name, const std::vector<Type>& indices, Type type) {
  if (indices.empty()) {
    return [constant = unknown(name, type)](const Formulas&) { return constant; };
  }
  z3::sort_vector domain(context_);
  for (const Type index : indices) domain.push_back(sort_of(index));
  const z3::func_decl function = context_.function(name.c_str(), domain, sort_of(type));
  return [function](const Formulas& at) {
    z3::expr_vector arguments(function.ctx());
    for (const Formula& index : at) arguments.push_back(index);
    return function(arguments);
  };
}

Formula Logic::enter(Type domain) {
  bound_.push_back(unknown(fmt::format("bound.{}.{}", bound_.size(), domain.index), domain));
  return bound_.back();
}

Formula Logic::quantified(bool universal, Type domain, const Body& body) {
  if (!is_open(domain)) {
    Formula result = truth(universal);
    for (const Formula& element : elements(domain)) {
      result = universal ? both(result, body(element)) : either(result, body(element));
    }
    return result;
  }
  const Formula element = enter(domain);
  const Formula inner = body(element);
  leave();
  if (inner.is_true() || inner.is_false()) return inner;  // there is an element
  return universal ? z3::forall(element, inner) : z3::exists(element, inner);
}

Formula Logic::for_all(Type domain, const Body& body) { return quantified(true, domain, body); }
Formula Logic::there_is(Type domain, const Body& body) { return quantified(false, domain, body); }

Formula Logic::for_all(const std::vector<Type>& domains, const Field& body) {
  Formulas at;
  std::function<Formula()> inner = [&]() -> Formula {
    if (at.size() == domains.size()) return body(at);
    return for_all(domains[at.size()], [&](const Formula& element) {
      at.push_back(element);
      Formula result = inner();
      at.pop_back();
      return result;
    });
  };
  return inner();
}

Formula Logic::fold(Operator op, Type domain, const Body& condition, const Body& body,
                    const Formula& otherwise) {
  return is_open(domain) ? abstracted(op, domain, condition, body, otherwise)
                         : expanded(op, domain, condition, body, otherwise);
}

Formula Logic::expanded(Operator op, Type domain, const Body& condition, const Body& body,
                        const Formula& otherwise) {
  const bool extremum = op == Operator::maxof || op == Operator::minof;
  Formula result = extremum ? otherwise : number(0);
  Formula none_yet = truth(true);
  for (const Formula& element : elements(domain)) {
    const Formula taken = condition(element);
    const Formula each = body(element);
    if (op == Operator::count) {
      result = plus(result, choice(both(taken, each), number(1), number(0)));
    } else if (op == Operator::sum) {
      result = plus(result, choice(taken, each, number(0)));
    } else {
      const Formula better = op == Operator::maxof ? each > result : each < result;
      result = choice(both(taken, either(none_yet, better)), each, result);
      none_yet = both(none_yet, negation(taken));
    }
  }
  return result;
}

Formula Logic::abstracted(Operator op, Type domain, const Body& condition, const Body& body,
                          const Formula& otherwise) {
  const Formula element = enter(domain);
  z3::expr_vector parts(context_);
  z3::sort_vector sorts(context_);
  for (const Formula& part : {condition(element), body(element), otherwise}) {
    parts.push_back(part);
    sorts.push_back(part.get_sort());
  }
  leave();
  const std::string name = fmt::format("folded.{}.{}", static_cast<int>(op), domain.index);
  Formula folded = context_.function(name.c_str(), sorts, context_.bool_sort())(parts);
  // Its own bound variable and those around it get names of their own, whatever the depth.
  const Formulas around = occurring(folded, bound_);
  z3::expr_vector from(context_);
  z3::expr_vector to(context_);
  z3::expr_vector arguments(context_);
  z3::sort_vector argument_sorts(context_);
  from.push_back(element);
  to.push_back(context_.constant("folded.element", element.get_sort()));
  for (std::size_t i = 0; i < around.size(); ++i) {
    arguments.push_back(around[i]);
    argument_sorts.push_back(around[i].get_sort());
    from.push_back(around[i]);
    to.push_back(context_.constant(fmt::format("around.{}", i).c_str(), around[i].get_sort()));
  }
  folded = folded.substitute(from, to);
  auto known = std::find_if(folds_.begin(), folds_.end(),
                            [&](const auto& each) { return z3::eq(each.first, folded); });
  if (known == folds_.end()) {
    const std::string value = fmt::format("fold.{}", folds_.size());
    folds_.emplace_back(folded,
                        context_.function(value.c_str(), argument_sorts, context_.int_sort()));
    known = folds_.end() - 1;
  }
  return known->second(arguments);
}

}  // namespace tribunal::checker::confluence::recheck
