// The parts of a random specification while it grows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/choices.h"

namespace tribunal::spec {

struct RandomVariable {
  std::string name;
  std::string kind;
  std::vector<std::string> indices;  // names of sorts
  std::string type;                  // int, bool, or a sort or enum
  int initial = 0;

  bool is_set() const { return kind.size() > 3 && kind.ends_with("set"); }
  bool is_number() const { return type == "int"; }
};

struct RandomOp {
  struct Parameter {
    std::string name, type, minted;
  };
  std::vector<Parameter> parameters;
  std::vector<std::string> guards;
  std::vector<std::string> statements;
};

class SpecBuilder {
 public:
  explicit SpecBuilder(std::uint64_t seed) : choices_(seed, 0) {}

  std::uint64_t below(Site site, std::uint64_t bound) { return choices_.below(site, bound); }
  bool chance(Site site, unsigned percent) { return below(site, 100) < percent; }
  template <class T>
  const T& one_of(Site site, const std::vector<T>& all) {
    return all[below(site, all.size())];
  }

  // ---- declarations; a variable that fits is used again now and then ----
  std::string sort();  // one of at most three
  std::string other_sort(const std::string& not_this);
  std::string mode();  // the enum, with members idle, busy, done
  std::string site();  // the sort of replicas
  using Indices = std::vector<std::string>;
  // None: the specification would get too large.
  std::optional<RandomVariable> variable(const std::vector<std::string>& kinds,
                                         const Indices& indices, const std::string& type,
                                         int initial);
  std::optional<RandomVariable> set(const Indices& indices, bool initial);
  std::optional<RandomVariable> number(const Indices& indices, int initial);
  std::optional<RandomVariable> lww(const Indices& indices, const std::string& type);
  std::optional<RandomVariable> counter(const Indices& indices, int initial);

  // ---- operations ----
  // A parameter of this type: one that is there, or a new one.
  std::string parameter(RandomOp& op, const std::string& type, const std::string& minted = "");
  std::string new_parameter(RandomOp& op, const std::string& type, const std::string& minted = "");
  // A cell of the variable, indexed by parameters.
  std::string cell(RandomOp& op, const RandomVariable& variable);
  // A change of the cell that its kind admits.
  std::string change(RandomOp& op, const RandomVariable& variable, const std::string& cell);
  std::string value(RandomOp& op, const std::string& type);

  using MakeOp = std::function<void(RandomOp&)>;
  void suggest(MakeOp make) { suggestions_.push_back(std::move(make)); }
  void invariant(std::string condition) { invariants_.push_back(std::move(condition)); }
  void repair(std::string statement) { repairs_.push_back(std::move(statement)); }
  // Ops leave it alone from now on: `onmerge` computes it.
  void derived(const RandomVariable& variable) { derived_.push_back(variable.name); }

  std::string finish();  // chooses among the suggested ops, varies them, and writes all down

 private:
  bool is_derived(const std::string& name) const;
  void vary(RandomOp& op);
  void wrap(RandomOp& op);
  RandomOp noise();
  std::string text_of(const RandomOp& op, std::size_t number) const;

  Choices choices_;
  std::vector<std::string> sorts_;
  bool has_mode_ = false;
  bool has_site_ = false;
  std::vector<RandomVariable> variables_;
  std::vector<std::string> derived_;
  std::vector<std::string> invariants_;
  std::vector<std::string> repairs_;
  std::vector<MakeOp> suggestions_;
};

// Adds the invariant of one shape with its variables and suggestions; false: no room for it, and
// nothing but variables was added.
bool add_random_shape(SpecBuilder& spec);

}  // namespace tribunal::spec
