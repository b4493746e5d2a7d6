// Specifications as text, for tests: parsed, laid out, and with their parts found by name.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "spec/execute.h"
#include "spec/layout.h"
#include "spec/parse.h"
#include "spec/state.h"

namespace tribunal::spec {

// A text without an invariant gets one that always holds.
inline Spec parsed(std::string text) {
  if (text.find("invariant ") == std::string::npos) text += "\ninvariant any: true;";
  Result<Spec, Diagnostic> spec = parse(text);
  if (!spec.ok()) ADD_FAILURE() << show(spec.error(), text, "specimen.icf");
  return spec.ok() ? std::move(spec).value() : Spec{};
}

// Stays where it is: the layout refers to the specification.
class Specimen {
 public:
  explicit Specimen(std::string text, std::uint32_t automatic = 3)
      : spec(parsed(std::move(text))), layout(spec, declared_sizes(spec, automatic)) {}
  Specimen(const Specimen&) = delete;
  Specimen& operator=(const Specimen&) = delete;

  std::uint32_t transaction(std::string_view name) const {
    for (std::uint32_t t = 0; t < spec.transactions.size(); ++t) {
      if (spec.transactions[t].name == name) return t;
    }
    ADD_FAILURE() << "no op " << name;
    return 0;
  }
  Cell cell(std::string_view name, const std::vector<std::int64_t>& indices = {}) const {
    for (std::uint32_t v = 0; v < spec.variables.size(); ++v) {
      if (spec.variables[v].name == name) return *layout.cell(v, indices);
    }
    ADD_FAILURE() << "no variable " << name;
    return 0;
  }

  Spec spec;
  const Layout layout;
};

// A replica driven by hand.
class Site {
 public:
  Site(const Specimen& specimen, std::uint32_t number)
      : specimen_(&specimen), number_(number), state(specimen.layout) {}

  Attempt tried(std::string_view op, const std::vector<std::int64_t>& arguments = {}) const {
    return attempt(specimen_->layout, state, specimen_->transaction(op), arguments, number_);
  }
  // Executes and returns what is to be sent on.
  Event does(std::string_view op, const std::vector<std::int64_t>& arguments = {}) {
    const Attempt made = tried(op, arguments);
    EXPECT_EQ(made.outcome, Outcome::committed) << op;
    if (made.outcome != Outcome::committed) return made.event;
    state.apply(specimen_->layout, made.event, Arrival::origin);
    EXPECT_EQ(shown(specimen_->layout, state), made.after) << op;
    return made.event;
  }
  Site& gets(std::initializer_list<Event> events) {
    for (const Event& event : events) state.apply(specimen_->layout, event, Arrival::delivered);
    return *this;
  }
  std::int64_t shows(std::string_view name, const std::vector<std::int64_t>& indices = {}) const {
    return shown(specimen_->layout, state)[specimen_->cell(name, indices)];
  }

 private:
  const Specimen* specimen_;
  std::uint32_t number_;

 public:
  State state;
};

}  // namespace tribunal::spec
