// Where the values of a specification lie once its sorts have sizes: one cell for each variable
// and choice of indices, in the order of declaration, the last index running fastest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "spec/ast.h"

namespace tribunal::spec {

using Cell = std::uint32_t;

class Layout {
 public:
  // `sizes`: how many elements each sort has, in the order of Spec::sorts. Precondition: all at
  // least 1. The Spec is borrowed and must outlive the layout.
  Layout(const Spec& spec, std::vector<std::uint32_t> sizes);

  const Spec& spec() const { return *spec_; }
  const std::vector<std::uint32_t>& sizes() const { return sizes_; }
  std::uint32_t size_of(Type type) const;  // precondition: is_finite(type)
  std::uint32_t cells() const { return cells_; }
  Cell first(std::uint32_t variable) const { return first_[variable]; }
  std::uint32_t cells_of(std::uint32_t variable) const;
  // The cell of `variable` at `indices`; none: an index lies outside its sort.
  std::optional<Cell> cell(std::uint32_t variable, std::span<const std::int64_t> indices) const;
  std::uint32_t variable_of(Cell cell) const { return variable_[cell]; }
  Kind kind_of(Cell cell) const { return spec_->variables[variable_[cell]].kind; }
  std::vector<std::int64_t> indices_of(Cell cell) const;

  // For people: "bal[Acct1]", "Acct1", "open", "-3", "true".
  std::string show_cell(Cell cell) const;
  std::string show_value(Type type, std::int64_t value) const;

 private:
  const Spec* spec_;
  std::vector<std::uint32_t> sizes_;
  std::vector<Cell> first_;              // of each variable
  std::vector<std::uint32_t> variable_;  // of each cell
  std::uint32_t cells_ = 0;
};

// Declared sizes; `auto` sorts get `automatic`.
std::vector<std::uint32_t> declared_sizes(const Spec& spec, std::uint32_t automatic);

}  // namespace tribunal::spec
