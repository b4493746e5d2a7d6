#include "tests/spec/spec_builder.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::spec {
namespace {

constexpr std::size_t most_variables = 4;
const std::vector<std::string> all_sorts{"Item", "Place", "Tag"};

}  // namespace

std::string SpecBuilder::sort() {
  if (sorts_.empty() || (sorts_.size() < all_sorts.size() && chance("new-sort"_site, 20))) {
    sorts_.push_back(all_sorts[sorts_.size()]);
    return sorts_.back();
  }
  return one_of("old-sort"_site, sorts_);
}

std::string SpecBuilder::other_sort(const std::string& not_this) {
  for (const std::string& sort : all_sorts) {
    if (sort == not_this) continue;
    if (std::find(sorts_.begin(), sorts_.end(), sort) == sorts_.end()) sorts_.push_back(sort);
    return sort;
  }
  return not_this;
}

std::string SpecBuilder::mode() {
  has_mode_ = true;
  return "Mode";
}

std::string SpecBuilder::site() {
  has_site_ = true;
  return "Site";
}

std::optional<RandomVariable> SpecBuilder::variable(const std::vector<std::string>& kinds,
                                                    const Indices& indices, const std::string& type,
                                                    int initial) {
  const bool full = variables_.size() >= most_variables;
  if (full || chance("use-again"_site, 25)) {
    std::vector<RandomVariable> fitting;
    for (const RandomVariable& each : variables_) {
      if (each.indices == indices && each.type == type && each.initial == initial &&
          std::find(kinds.begin(), kinds.end(), each.kind) != kinds.end()) {
        fitting.push_back(each);
      }
    }
    if (!fitting.empty()) return one_of("which-again"_site, fitting);
    if (full) return std::nullopt;
  }
  RandomVariable made{"", one_of("kind"_site, kinds), indices, type, initial};
  const char letter = made.is_set() ? 's' : type == "int" ? 'n' : type == "bool" ? 'f' : 'r';
  made.name = fmt::format("{}{}", letter, variables_.size() + 1);
  variables_.push_back(made);
  return made;
}

std::optional<RandomVariable> SpecBuilder::set(const Indices& indices, bool initial) {
  return variable({"gset", "tpset", "awset", "awset", "rwset"}, indices, "bool", initial ? 1 : 0);
}
std::optional<RandomVariable> SpecBuilder::number(const Indices& indices, int initial) {
  return variable({"counter", "counter", "counter", "lww", "lww", "max", "max", "min", "min"},
                  indices, "int", initial);
}
std::optional<RandomVariable> SpecBuilder::lww(const Indices& indices, const std::string& type) {
  return variable({"lww"}, indices, type, 0);
}
std::optional<RandomVariable> SpecBuilder::counter(const Indices& indices, int initial) {
  return variable({"counter"}, indices, "int", initial);
}

std::string SpecBuilder::new_parameter(RandomOp& op, const std::string& type,
                                       const std::string& minted) {
  std::string name = fmt::format("p{}", op.parameters.size() + 1);
  op.parameters.push_back({name, type, minted});
  return name;
}

std::string SpecBuilder::parameter(RandomOp& op, const std::string& type,
                                   const std::string& minted) {
  std::vector<std::string> fitting;
  for (const RandomOp::Parameter& each : op.parameters) {
    if (each.type == type) fitting.push_back(each.name);
  }
  if (!fitting.empty() && !chance("another-parameter"_site, 10)) {
    return one_of("which-parameter"_site, fitting);
  }
  return new_parameter(op, type, minted);
}

std::string SpecBuilder::cell(RandomOp& op, const RandomVariable& variable) {
  std::vector<std::string> indices;
  for (const std::string& index : variable.indices) {
    indices.push_back(parameter(op, index, index == "Site" ? "self" : ""));
  }
  return indices.empty() ? variable.name
                         : variable.name + "[" + tribunal::join(indices, ", ") + "]";
}

std::string SpecBuilder::value(RandomOp& op, const std::string& type) {
  if (type == "int") {
    return chance("value-parameter"_site, 60) ? parameter(op, "int")
                                              : std::to_string(below("value"_site, 4));
  }
  if (type == "bool") return chance("value-true"_site, 50) ? "true" : "false";
  if (type == "Mode" && chance("value-member"_site, 70)) {
    return one_of("member"_site, std::vector<std::string>{"idle", "busy", "done"});
  }
  return parameter(op, type);
}

std::string SpecBuilder::change(RandomOp& op, const RandomVariable& variable,
                                const std::string& cell) {
  if (is_derived(variable.name)) return "";
  if (variable.is_set()) {
    const bool remove = variable.kind != "gset" && chance("change-remove"_site, 45);
    return fmt::format("{} {};", remove ? "remove" : "add", cell);
  }
  if (variable.kind == "counter") {
    const char sign = chance("change-down"_site, 45) ? '-' : '+';
    if (chance("change-by-one"_site, 60)) {
      return fmt::format("{} {}= {};", cell, sign, 1 + below("change-by"_site, 2));
    }
    const std::string by = parameter(op, "int");
    op.guards.push_back(by + " > 0");
    return fmt::format("{} {}= {};", cell, sign, by);
  }
  if (variable.is_number() && chance("change-from-old"_site, 30)) {
    const bool down = variable.kind == "min" || (variable.kind == "lww" && chance("old"_site, 50));
    const bool odd = chance("change-against-the-kind"_site, 15);
    return fmt::format("{0} := {0} {1} 1;", cell, down != odd ? "-" : "+");
  }
  return fmt::format("{} := {};", cell, value(op, variable.type));
}

bool SpecBuilder::is_derived(const std::string& name) const {
  return std::find(derived_.begin(), derived_.end(), name) != derived_.end();
}

// Any change of any variable, often under a condition on some set or number.
RandomOp SpecBuilder::noise() {
  RandomOp op;
  for (std::uint64_t left = 1 + below("noise-changes"_site, 2); left > 0; --left) {
    const RandomVariable& variable = one_of("noise-variable"_site, variables_);
    const std::string cell = this->cell(op, variable);
    const std::string change = this->change(op, variable, cell);
    if (!change.empty()) op.statements.push_back(change);
  }
  const RandomVariable& asked = one_of("noise-guard"_site, variables_);
  if (chance("noise-guarded"_site, 40)) {
    const std::string cell = this->cell(op, asked);
    const bool yes = chance("noise-guard-holds"_site, 50);
    op.guards.push_back(asked.type == "bool"
                            ? (yes ? cell : "not " + cell)
                            : cell + (yes ? " == " : " != ") + value(op, asked.type));
  }
  return op;
}

// Puts a statement under an `if` or into a loop, or names what it reads.
void SpecBuilder::wrap(RandomOp& op) {
  if (op.statements.empty()) return;
  std::string& statement = op.statements[below("wrap-which"_site, op.statements.size())];
  const RandomVariable& asked = one_of("wrap-variable"_site, variables_);
  const std::string cell = this->cell(op, asked);
  const bool yes = chance("wrap-holds"_site, 60);
  const std::string condition = asked.type == "bool"
                                    ? (yes ? cell : "not " + cell)
                                    : cell + (yes ? " == " : " != ") + value(op, asked.type);
  const bool loops = asked.indices.size() == 1 && asked.indices[0] != "Site";
  if (loops && chance("wrap-loop"_site, 50)) {
    const RandomVariable& changed = asked;
    const std::string inner = this->change(op, changed, changed.name + "[x]");
    const std::string where =
        changed.is_set() && chance("wrap-where"_site, 60) ? " where " + changed.name + "[x]" : "";
    if (!inner.empty()) {
      op.statements.push_back(
          fmt::format("forall x: {}{} {{ {} }}", changed.indices[0], where, inner));
    }
  } else if (chance("wrap-let"_site, 40)) {
    statement = fmt::format("let seen = {};\n  if seen {{ {} }}", condition, statement);
  } else {
    statement = fmt::format("if {} {{ {} }}", condition, statement);
  }
}

void SpecBuilder::vary(RandomOp& op) {
  if (!op.guards.empty() && chance("vary-drop-guard"_site, 20)) {
    op.guards.erase(op.guards.begin() +
                    static_cast<std::ptrdiff_t>(below("vary-guard"_site, op.guards.size())));
  }
  if (op.statements.size() > 1 && chance("vary-drop-statement"_site, 8)) {
    op.statements.erase(op.statements.begin() + static_cast<std::ptrdiff_t>(below(
                                                    "vary-statement"_site, op.statements.size())));
  }
  if (chance("vary-add"_site, 15)) {
    const RandomVariable& variable = one_of("vary-variable"_site, variables_);
    const std::string cell = this->cell(op, variable);
    const std::string change = this->change(op, variable, cell);
    if (!change.empty()) op.statements.push_back(change);
  }
  if (chance("vary-wrap"_site, 12)) wrap(op);
  std::erase(op.statements, "");
  if (op.statements.empty()) op = noise();
}

std::string SpecBuilder::text_of(const RandomOp& op, std::size_t number) const {
  std::vector<std::string> parameters;
  for (const RandomOp::Parameter& each : op.parameters) {
    parameters.push_back(each.minted + (each.minted.empty() ? "" : " ") + each.name + ": " +
                         each.type);
  }
  std::string text = fmt::format("op op{}({})", number, tribunal::join(parameters, ", "));
  if (!op.guards.empty()) {
    std::vector<std::string> guards;
    for (const std::string& guard : op.guards) {
      guards.push_back(op.guards.size() > 1 ? "(" + guard + ")" : guard);
    }
    text += "\n  requires " + tribunal::join(guards, " and ");
  }
  text += " {\n";
  for (const std::string& statement : op.statements) text += "  " + statement + "\n";
  return text + "}\n";
}

std::string SpecBuilder::finish() {
  std::vector<RandomOp> ops;
  const std::vector<std::uint64_t> counts{1, 2, 2, 3, 3};
  for (std::uint64_t left = one_of("ops"_site, counts); left > 0; --left) {
    if (suggestions_.empty() || chance("noise"_site, 15)) {
      ops.push_back(noise());
    } else {
      const std::size_t which = below("suggestion"_site, suggestions_.size());
      suggestions_[which](ops.emplace_back());
      suggestions_.erase(suggestions_.begin() + static_cast<std::ptrdiff_t>(which));
    }
    vary(ops.back());
  }
  std::string text;
  for (const std::string& sort : sorts_) text += "sort " + sort + "[2];\n";
  if (has_site_) text += "sort Site[3];\n";
  if (has_mode_) text += "enum Mode { idle, busy, done };\n";
  for (const RandomVariable& variable : variables_) {
    text += variable.kind + " " + variable.name;
    if (!variable.indices.empty()) text += "[" + tribunal::join(variable.indices, ", ") + "]";
    if (variable.kind == "lww") text += ": " + variable.type;
    if (variable.is_set() && variable.initial != 0) text += " = true";
    if (variable.is_number() && variable.initial != 0) {
      text += " = " + std::to_string(variable.initial);
    }
    text += ";\n";
  }
  for (std::size_t i = 0; i < ops.size(); ++i) text += text_of(ops[i], i + 1);
  if (!repairs_.empty()) {
    text += "onmerge {\n";
    for (const std::string& repair : repairs_) text += "  " + repair + "\n";
    text += "}\n";
  }
  for (std::size_t i = 0; i < invariants_.size(); ++i) {
    text += fmt::format("invariant inv{}: {};\n", i + 1, invariants_[i]);
  }
  return text;
}

}  // namespace tribunal::spec
