// Well-typed nonsense: whatever the grammar admits, at random.
#include <fmt/format.h>

#include "base/choices.h"
#include "base/text.h"
#include "tests/spec/random_spec.h"

namespace tribunal::spec {
namespace {

struct Local {
  std::string name, type;
};

class Wild {
 public:
  explicit Wild(std::uint64_t seed) : choices_(seed, 1) {}

  std::string spec();

 private:
  struct Variable {
    std::string name, kind, type;
    std::vector<std::string> indices;
  };

  std::uint64_t below(std::uint64_t bound) { return choices_.below("wild"_site, bound); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }
  std::string finite() { return one_of<std::string>({"A", "B", "Mode"}); }
  std::string any_type() { return one_of<std::string>({"int", "bool", "A", "B", "Mode"}); }
  std::string fresh_name() { return fmt::format("x{}", names_++); }

  std::string parens(std::string text) {  // more than needed
    return chance(25) ? "(" + std::move(text) + ")" : text;
  }
  std::string atom(const std::string& type);
  std::string expression(const std::string& type, int depth);
  std::string number(int depth);
  std::string condition(int depth);
  std::string binder(const std::string& word, const std::string& body_type, int depth);
  std::string extremum(int depth);
  std::string cell(const Variable& variable, int depth);
  std::string block(int depth);
  std::string statement(int depth);
  std::string change(int depth);
  std::string loop(int depth);
  std::string declarations();
  std::string op();

  Choices choices_;
  std::uint64_t names_ = 0;
  std::vector<Variable> variables_;
  std::vector<Local> locals_;
  bool merging_ = false;
};

std::string Wild::atom(const std::string& type) {
  std::vector<std::string> atoms;
  for (const Local& local : locals_) {
    if (local.type == type) atoms.push_back(local.name);
  }
  for (const Variable& variable : variables_) {
    if (variable.type == type && variable.indices.empty()) atoms.push_back(variable.name);
  }
  if (type == "int") atoms.insert(atoms.end(), {"0", "-1", "7", "big", "-9223372036854775808"});
  if (type == "bool") atoms.insert(atoms.end(), {"true", "false"});
  if (type == "Mode") atoms.insert(atoms.end(), {"idle", "done"});
  return atoms.empty() ? "" : one_of(atoms);
}

// "" where nothing has this type, as with a sort and no local.
std::string Wild::expression(const std::string& type, int depth) {
  if (depth > 0 && chance(25)) {
    std::vector<Variable> indexed;
    for (const Variable& each : variables_) {
      if (each.type == type && !each.indices.empty()) indexed.push_back(each);
    }
    if (!indexed.empty()) {
      const std::string read = cell(one_of(indexed), depth - 1);
      if (!read.empty()) return parens(read);
    }
  }
  if (depth > 0 && type == "int") return parens(number(depth - 1));
  if (depth > 0 && type == "bool") return parens(condition(depth - 1));
  return atom(type);
}

std::string Wild::cell(const Variable& variable, int depth) {
  std::vector<std::string> indices;
  for (const std::string& type : variable.indices) {
    indices.push_back(expression(type, depth));
    if (indices.back().empty()) return "";
  }
  return variable.name + (indices.empty() ? "" : "[" + tribunal::join(indices, ", ") + "]");
}

std::string Wild::binder(const std::string& word, const std::string& body_type, int depth) {
  const std::string domain = finite();
  std::vector<std::string> names;
  for (std::uint64_t left = 1 + below(3); left > 0; --left) {
    names.push_back(fresh_name());
    locals_.push_back({names.back(), domain});
  }
  const std::string where = chance(35) ? " where " + expression("bool", depth) : "";
  const std::string body = expression(body_type, depth);
  locals_.resize(locals_.size() - names.size());
  return fmt::format("({} {}: {}{} . {})", word, tribunal::join(names, ", "), domain, where, body);
}

std::string Wild::extremum(int depth) {
  const std::string domain = finite();
  const std::string name = fresh_name();
  locals_.push_back({name, domain});
  const std::string where = expression("bool", depth);
  const std::string body = expression("int", depth);
  locals_.pop_back();
  return fmt::format("({} {}: {} where {} . {} else {})", chance(50) ? "maxof" : "minof", name,
                     domain, where, body, expression("int", depth));
}

std::string Wild::number(int depth) {
  switch (below(7)) {
    case 0:
      return binder("sum", "int", depth);
    case 1:
      return binder("count", "bool", depth);
    case 2:
      return extremum(depth);
    case 3:
      return "-(" + expression("int", depth) + ")";
    case 4:
      return atom("int");
    default:
      return fmt::format("({}) {} ({})", expression("int", depth),
                         one_of<std::string>({"+", "-", "*"}), expression("int", depth));
  }
}

std::string Wild::condition(int depth) {
  switch (below(8)) {
    case 0:
      return binder("forall", "bool", depth);
    case 1:
      return binder("exists", "bool", depth);
    case 2:
      return "(not (" + expression("bool", depth) + "))";
    case 3:
      return fmt::format("({}) {} ({})", expression("int", depth),
                         one_of<std::string>({"<", "<=", ">", ">="}), expression("int", depth));
    case 4: {
      const std::string type = any_type();
      const std::string left = expression(type, depth);
      const std::string right = expression(type, depth);
      return left.empty() || right.empty()
                 ? atom("bool")
                 : fmt::format("({}) {} ({})", left, chance(50) ? "==" : "!=", right);
    }
    case 5:
      return atom("bool");
    default:
      return fmt::format("({}) {} ({})", expression("bool", depth),
                         one_of<std::string>({"and", "or", "=>"}), expression("bool", depth));
  }
}

std::string Wild::block(int depth) {
  const std::size_t locals = locals_.size();
  std::string text = "{ ";
  for (std::uint64_t left = below(4); left > 0; --left) text += statement(depth) + " ";
  locals_.resize(locals);
  return text + "}";
}

std::string Wild::statement(int depth) {
  if (depth == 0 || chance(50)) return change(depth);
  switch (below(3)) {
    case 0: {
      const std::string type = any_type();
      const std::string value = expression(type, depth);
      if (value.empty()) return "";
      const std::string name = fresh_name();
      locals_.push_back({name, type});
      return fmt::format("let {} = {};", name, value);
    }
    case 1:
      return fmt::format("if {} {}", expression("bool", depth), block(depth - 1));
    default:
      return loop(depth);
  }
}

std::string Wild::loop(int depth) {
  const std::string domain = finite();
  std::vector<std::string> names;
  for (std::uint64_t left = 1 + below(2); left > 0; --left) {
    names.push_back(fresh_name());
    locals_.push_back({names.back(), domain});
  }
  const std::string where = chance(40) ? "where " + expression("bool", depth) + " " : "";
  const std::string body = block(depth - 1);
  locals_.resize(locals_.size() - names.size());
  return fmt::format("forall {}: {} {}{}", tribunal::join(names, ", "), domain, where, body);
}

std::string Wild::change(int depth) {
  const Variable variable = one_of(variables_);
  const std::string cell = this->cell(variable, depth);
  if (cell.empty()) return "";
  if (variable.kind.ends_with("set")) {
    const bool add = chance(60) || (variable.kind == "gset" && !merging_);
    return fmt::format("{} {};", add ? "add" : "remove", cell);
  }
  const bool counter = variable.kind == "counter";
  const char* const how = !counter || (merging_ && chance(30)) ? ":=" : chance(50) ? "+=" : "-=";
  const std::string value = expression(variable.type, depth);
  return value.empty() ? "" : fmt::format("{} {} {};", cell, how, value);
}

std::string Wild::declarations() {
  const std::vector<std::string> kinds{"counter", "max",   "min",   "gset",
                                       "tpset",   "awset", "rwset", "lww"};
  std::string text = fmt::format(
      "sort A[{}];\nsort B[{}];\nenum Mode {{ idle, busy, done }};\n"
      "const big = 1000;\n",
      chance(20) ? "auto" : "2", 1 + below(3));
  for (std::uint64_t left = 2 + below(5); left > 0; --left) {
    Variable variable{fresh_name(), one_of(kinds), "int", {}};
    for (std::uint64_t i = below(3); i > 0; --i) variable.indices.push_back(finite());
    if (variable.kind.ends_with("set")) variable.type = "bool";
    if (variable.kind == "lww") variable.type = any_type();
    text += variable.kind + " " + variable.name;
    if (!variable.indices.empty()) text += "[" + tribunal::join(variable.indices, ", ") + "]";
    if (variable.kind == "lww") text += ": " + variable.type;
    const bool sort = variable.type == "A" || variable.type == "B";
    if (chance(50) && !sort) {
      text += variable.type == "int" ? " = -3" : variable.type == "bool" ? " = true" : " = busy";
    }
    text += ";\n";
    variables_.push_back(variable);
  }
  return text;
}

std::string Wild::op() {
  std::vector<std::string> parameters;
  for (std::uint64_t left = below(4); left > 0; --left) {
    const std::string type = any_type();
    const bool sort = type == "A" || type == "B";
    const char* const minted = !sort ? "" : chance(20) ? "fresh " : chance(10) ? "self " : "";
    locals_.push_back({fresh_name(), type});
    parameters.push_back(minted + locals_.back().name + ": " + type);
  }
  std::string text = fmt::format("op o{}({}) ", names_++, tribunal::join(parameters, ", "));
  if (chance(60)) text += "requires " + expression("bool", 3) + " ";
  text += block(3) + "\n";
  locals_.clear();
  return text;
}

std::string Wild::spec() {
  std::string text = declarations();
  for (std::uint64_t left = 1 + below(2); left > 0; --left) text += op();
  if (chance(40)) {
    merging_ = true;
    text += "onmerge " + block(2) + "\n";
  }
  for (std::uint64_t left = 1 + below(2); left > 0; --left) {
    text += fmt::format("invariant i{}: {};\n", names_++, expression("bool", 5));
  }
  if (chance(50)) text += chance(50) ? "expect confluent;\n" : "expect not_confluent;\n";
  return text;
}

}  // namespace

std::string random_wild_spec(std::uint64_t seed) { return Wild(seed).spec(); }

}  // namespace tribunal::spec
