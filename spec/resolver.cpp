// Declarations.
#include "spec/resolver.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "spec/lexer.h"
#include "spec/policy.h"

namespace tribunal::spec {
namespace {

// Types of other languages, and what to do here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 12> elsewhere{
    {{"string", no_strings},
     {"str", no_strings},
     {"text", no_strings},
     {"char", no_strings},
     {"varchar", no_strings},
     {"integer", "write 'int'"},
     {"long", "write 'int'"},
     {"boolean", "write 'bool'"},
     {"float", only_whole_numbers},
     {"double", only_whole_numbers},
     {"real", only_whole_numbers},
     {"decimal", only_whole_numbers}}};

}  // namespace

using syntax::Name;

Result<Spec, Diagnostic> Resolver::run() {
  if (!declare() || !enter_types() || !enter_variables() || !transactions() || !on_merge() ||
      !invariants() || !complete()) {
    return Failure{*error_};
  }
  spec_.expect = file_.expect;
  return std::move(spec_);
}

// Sorts, enums and their members, constants and variables share one space of names.
bool Resolver::declare() {
  std::vector<Global> globals;
  const auto each = [&](const auto& items, Global::What what) {
    for (std::uint32_t i = 0; i < items.size(); ++i) globals.push_back({what, i, 0, items[i].name});
  };
  each(file_.sorts, Global::What::sort);
  each(file_.enums, Global::What::enumeration);
  each(file_.constants, Global::What::constant);
  each(file_.variables, Global::What::variable);
  for (std::uint32_t e = 0; e < file_.enums.size(); ++e) {
    const std::vector<Name>& members = file_.enums[e].members;
    for (std::uint32_t m = 0; m < members.size(); ++m) {
      globals.push_back({Global::What::member, e, m, members[m]});
    }
  }
  return declare(std::move(globals)) && distinct(file_.transactions, "an op") &&
         distinct(file_.invariants, "an invariant");
}

bool Resolver::declare(std::vector<Global> globals) {
  std::sort(globals.begin(), globals.end(),
            [](const Global& a, const Global& b) { return a.name.span.begin < b.name.span.begin; });
  for (const Global& global : globals) {
    const auto [first, is_new] = globals_.emplace(global.name.text, global);
    if (is_new) continue;
    return fail(global.name.span,
                fmt::format("{} is declared in line {} already; choose another name",
                            quoted(global.name.text), line(first->second.name.span)));
  }
  return true;
}

template <class Items>
bool Resolver::distinct(const Items& items, std::string_view what) {
  std::map<std::string_view, Span> seen;
  for (const auto& item : items) {
    const auto [first, is_new] = seen.emplace(item.name.text, item.name.span);
    if (is_new) continue;
    return fail(item.name.span, fmt::format("{} is {} in line {} already; choose another name",
                                            quoted(item.name.text), what, line(first->second)));
  }
  return true;
}

bool Resolver::enter_types() {
  for (const syntax::Sort& sort : file_.sorts) {
    spec_.sorts.push_back({std::string(sort.name.text), sort.size, position(sort.name.span)});
  }
  for (const syntax::Enumeration& from : file_.enums) {
    Enumeration& to = spec_.enums.emplace_back();
    to.name = from.name.text;
    to.at = position(from.name.span);
    for (const Name& member : from.members) to.members.emplace_back(member.text);
  }
  for (const syntax::Constant& constant : file_.constants) {
    spec_.constants.push_back(
        {std::string(constant.name.text), constant.value, position(constant.name.span)});
  }
  return true;
}

bool Resolver::enter_variables() {
  return std::all_of(
             file_.variables.begin(), file_.variables.end(),
             [this](const syntax::Variable& variable) { return enter_variable(variable); }) &&
         count_cells();
}

bool Resolver::enter_variable(const syntax::Variable& from) {
  Variable to;
  to.kind = from.kind;
  to.name = from.name.text;
  to.at = position(from.name.span);
  for (const Name& index : from.indices) {
    const auto type = finite_type(index, "an index");
    if (!type) return false;
    to.indices.push_back(*type);
  }
  if (!variable_type(from, to) || !initial(from, to)) return false;
  spec_.variables.push_back(std::move(to));
  return true;
}

bool Resolver::variable_type(const syntax::Variable& from, Variable& to) {
  const std::string is = quoted(to.name) + " is " + described(to.kind);
  to.type = is_set(to.kind) ? boolean_type : integer_type;
  if (to.kind == Kind::lww && !from.type) {
    return fail(from.name.span,
                is + ", which needs a type: add ': int', ': bool', a sort or an enum");
  }
  if (!from.type) return true;
  const auto type = this->type(*from.type);
  if (!type) return false;
  if (to.kind == Kind::lww) {
    to.type = *type;
  } else if (is_set(to.kind)) {
    return fail(from.type->span,
                fmt::format("{}; what its elements are stands in brackets: {} {}[{}]", is,
                            name_of(to.kind), quote(to.name), type_name(*type)));
  } else if (*type != integer_type) {
    return fail(from.type->span,
                fmt::format("{}, which holds int, not {}; use lww", is, type_name(*type)));
  }
  return true;
}

// Literals, and constants.
bool Resolver::initial(const syntax::Variable& from, Variable& to) {
  if (!from.initial) return true;
  const syntax::Node& node = file_.nodes[*from.initial];
  to.initial_given = true;
  to.initial = node.value;
  const bool declared = globals_.find(node.name.text) != globals_.end();
  if (!declared && (node.name.text == "null" || node.name.text == "none")) {
    const std::string cell = quote(to.name) + (to.indices.empty() ? "" : "[...]");
    return fail(node.span,
                to.type.base == Type::Base::enumeration
                    ? fmt::format("there is no null; declare a member of {} that stands for it",
                                  type_name(to.type))
                    : fmt::format("there is no null; declare a set, such as 'gset has_{0}', and "
                                  "read '{0}' only where 'has_{0}' holds",
                                  cell));
  }
  if (to.type.base == Type::Base::sort) {
    return fail(node.span, fmt::format("elements of a sort such as {} have no names; leave the "
                                       "initial value out",
                                       type_name(to.type)));
  }
  if (node.form == syntax::Node::Form::integer && to.type == integer_type) return true;
  if (node.form == syntax::Node::Form::boolean && to.type == boolean_type) return true;
  if (node.form == syntax::Node::Form::name && !node.indexed) {
    const auto named = globals_.find(node.name.text);
    const Global* const global = named == globals_.end() ? nullptr : &named->second;
    if (global != nullptr && global->what == Global::What::constant && to.type == integer_type) {
      to.initial = spec_.constants[global->index].value;
      return true;
    }
    const Type type{Type::Base::enumeration, global != nullptr ? global->index : 0};
    if (global != nullptr && global->what == Global::What::member && to.type == type) {
      to.initial = global->member;
      return true;
    }
  }
  const std::string expected = to.type == integer_type ? "a number or a constant"
                               : is_set(to.kind) ? "'true' (every element is in) or 'false' (none)"
                               : to.type == boolean_type ? "'true' or 'false'"
                                                         : "a member of " + type_name(to.type);
  return fail(node.span,
              fmt::format("the initial value of {} must be {}", quoted(to.name), expected));
}

bool Resolver::count_cells() {
  std::uint64_t cells = 0;
  for (std::size_t v = 0; v < spec_.variables.size(); ++v) {
    std::uint64_t of_this = 1;
    for (const Type index : spec_.variables[v].indices) {
      const std::uint64_t declared = index.base == Type::Base::sort
                                         ? spec_.sorts[index.index].size
                                         : spec_.enums[index.index].members.size();
      of_this = std::min(of_this * (declared != 0 ? declared : largest_auto_sort), most_cells + 1);
    }
    cells += of_this;
    if (cells > most_cells) {
      return fail(
          file_.variables[v].name.span,
          fmt::format("with {} there are more than {} cells; declare smaller sorts or fewer "
                      "indices",
                      quoted(spec_.variables[v].name), most_cells));
    }
  }
  return true;
}

std::optional<Type> Resolver::type(const Name& name) {
  if (name.text == "int") return integer_type;
  if (name.text == "bool") return boolean_type;
  const auto found = globals_.find(name.text);
  if (found != globals_.end()) {
    const Global& global = found->second;
    if (global.what == Global::What::sort) return Type{Type::Base::sort, global.index};
    if (global.what == Global::What::enumeration)
      return Type{Type::Base::enumeration, global.index};
  }
  return no_type(name);
}

Failed Resolver::no_type(const Name& name) {
  std::vector<std::string> valid{"int", "bool"};
  for (const Sort& sort : spec_.sorts) valid.push_back(sort.name);
  for (const Enumeration& all : spec_.enums) valid.push_back(all.name);
  const std::string near = nearest(name.text, valid);
  const auto found = globals_.find(name.text);
  if (found != globals_.end()) {
    return fail(name.span, fmt::format("{} of line {} is no type; {}", quoted(name.text),
                                       line(found->second.name.span),
                                       near.empty() ? "valid: int, bool, the sorts and the enums"
                                                    : "did you mean " + quoted(near) + "?"));
  }
  const auto known = std::find_if(elsewhere.begin(), elsewhere.end(),
                                  [&](const auto& row) { return row.first == name.text; });
  if (near.empty() && known != elsewhere.end()) {
    return fail(name.span, fmt::format("unknown type {}; {}", quoted(name.text), known->second));
  }
  return unknown(name, "type", valid);
}

std::optional<Type> Resolver::finite_type(const Name& name, std::string_view what) {
  const auto found = type(name);
  if (!found || is_finite(*found)) return found;
  return fail(name.span, fmt::format("{} must be of a sort or an enum, which are finite, not {}; "
                                     "declare 'sort Key[3];' and use Key",
                                     what, type_name(*found)));
}

bool Resolver::transactions() {
  return std::all_of(file_.transactions.begin(), file_.transactions.end(),
                     [this](const syntax::Transaction& op) { return transaction(op); });
}

bool Resolver::transaction(const syntax::Transaction& from) {
  Transaction to;
  to.name = from.name.text;
  to.at = position(from.name.span);
  for (const syntax::Parameter& each : from.parameters) {
    if (!parameter(each, to)) return false;
  }
  if (from.guard && !condition(*from.guard, "the guard", to.guard)) return false;
  if (!block(from.body, to.body)) return false;
  to.slots = leave();
  spec_.transactions.push_back(std::move(to));
  return true;
}

bool Resolver::parameter(const syntax::Parameter& from, Transaction& to) {
  const auto type = this->type(from.type);
  if (!type || !bind(from.name, *type)) return false;
  if (from.minted != Minted::no && type->base != Type::Base::sort) {
    return fail(from.type.span,
                fmt::format("'{}' needs a sort, not {}; declare 'sort Id[3];' and use Id",
                            from.minted == Minted::fresh ? "fresh" : "self", type_name(*type)));
  }
  to.parameters.push_back(
      {std::string(from.name.text), *type, from.minted, position(from.name.span)});
  return true;
}

bool Resolver::on_merge() {
  if (!file_.on_merge) return true;
  merging_ = true;
  if (!block(*file_.on_merge, spec_.on_merge)) return false;
  merging_ = false;
  spec_.has_on_merge = true;
  spec_.on_merge_slots = leave();
  return true;
}

bool Resolver::invariants() {
  for (const syntax::Invariant& from : file_.invariants) {
    Maybe<ExprId> expr;
    if (!condition(from.condition, "the invariant", expr)) return false;
    spec_.invariants.push_back(
        {std::string(from.name.text), *expr, leave(), position(from.name.span)});
  }
  return true;
}

// Comes last, so that a file can be checked while it grows.
bool Resolver::complete() {
  if (spec_.transactions.empty()) {
    return fail(file_.end, "there is no op; add at least one 'op NAME(...) { ... }' to check");
  }
  if (spec_.invariants.empty()) {
    return fail(file_.end,
                "there is no invariant; add at least one 'invariant NAME: ...;' to check");
  }
  return true;
}

Failed Resolver::fail(Span span, std::string message) {
  if (!error_) error_ = source_.diagnostic(span, std::move(message));
  return {};
}

Failed Resolver::unknown(const Name& name, std::string_view what,
                         const std::vector<std::string>& valid) {
  const std::string near = nearest(name.text, valid);
  constexpr std::size_t shown = 12;
  std::string message = fmt::format("unknown {} {}; ", what, quoted(name.text));
  if (!near.empty()) {
    message += "did you mean " + quoted(near) + "?";
  } else if (valid.empty()) {
    message += "nothing is declared that could stand here";
  } else {
    const std::size_t count = std::min(valid.size(), shown);
    std::vector<std::string> some;
    for (std::size_t i = 0; i < count; ++i) some.push_back(quote(valid[i]));
    message += "valid: " + tribunal::join(some, ", ") + (count < valid.size() ? ", ..." : "");
  }
  return fail(name.span, std::move(message));
}

std::optional<Slot> Resolver::bind(const Name& name, Type type) {
  const auto global = globals_.find(name.text);
  const auto local = locals_.find(name.text);
  if (global != globals_.end() || local != locals_.end()) {
    const Span first =
        global != globals_.end() ? global->second.name.span : local->second.name.span;
    return fail(name.span, fmt::format("{} is declared in line {} already; choose another name",
                                       quoted(name.text), line(first)));
  }
  locals_.emplace(name.text, Local{type, slots_, name});
  return slots_++;
}

Slot Resolver::leave() {
  locals_.clear();
  return std::exchange(slots_, 0);
}

}  // namespace tribunal::spec
