#include "spec/layout.h"

#include <cassert>

#include <fmt/format.h>

namespace tribunal::spec {

Layout::Layout(const Spec& spec, std::vector<std::uint32_t> sizes)
    : spec_(&spec), sizes_(std::move(sizes)) {
  assert(sizes_.size() == spec.sorts.size());
  for (std::uint32_t v = 0; v < spec.variables.size(); ++v) {
    first_.push_back(cells_);
    std::uint32_t cells = 1;
    for (const Type index : spec.variables[v].indices) cells *= size_of(index);
    cells_ += cells;
    variable_.insert(variable_.end(), cells, v);
  }
}

std::uint32_t Layout::size_of(Type type) const {
  assert(is_finite(type));
  return type.base == Type::Base::sort
             ? sizes_[type.index]
             : static_cast<std::uint32_t>(spec_->enums[type.index].members.size());
}

std::uint32_t Layout::cells_of(std::uint32_t variable) const {
  const bool last = variable + 1 == first_.size();
  return (last ? cells_ : first_[variable + 1]) - first_[variable];
}

std::optional<Cell> Layout::cell(std::uint32_t variable,
                                 std::span<const std::int64_t> indices) const {
  const std::vector<Type>& types = spec_->variables[variable].indices;
  assert(indices.size() == types.size());
  Cell offset = 0;
  for (std::size_t i = 0; i < types.size(); ++i) {
    const std::uint32_t size = size_of(types[i]);
    if (indices[i] < 0 || indices[i] >= size) return std::nullopt;
    offset = offset * size + static_cast<Cell>(indices[i]);
  }
  return first_[variable] + offset;
}

std::vector<std::int64_t> Layout::indices_of(Cell cell) const {
  const std::uint32_t variable = variable_[cell];
  const std::vector<Type>& types = spec_->variables[variable].indices;
  std::vector<std::int64_t> indices(types.size());
  Cell rest = cell - first_[variable];
  for (std::size_t i = types.size(); i-- > 0;) {
    indices[i] = rest % size_of(types[i]);
    rest /= size_of(types[i]);
  }
  return indices;
}

std::string Layout::show_cell(Cell cell) const {
  const Variable& variable = spec_->variables[variable_[cell]];
  std::string text = variable.name;
  const std::vector<std::int64_t> indices = indices_of(cell);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    text += (i == 0 ? "[" : ", ") + show_value(variable.indices[i], indices[i]);
  }
  return indices.empty() ? text : text + "]";
}

std::string Layout::show_value(Type type, std::int64_t value) const {
  switch (type.base) {
    case Type::Base::integer:
      return fmt::format("{}", value);
    case Type::Base::boolean:
      return value != 0 ? "true" : "false";
    case Type::Base::sort:
      return fmt::format("{}{}", spec_->sorts[type.index].name, value);
    case Type::Base::enumeration:
      break;
  }
  const std::vector<std::string>& members = spec_->enums[type.index].members;
  if (value < 0 || value >= static_cast<std::int64_t>(members.size())) {
    return fmt::format("{}", value);
  }
  return members[static_cast<std::size_t>(value)];
}

std::vector<std::uint32_t> declared_sizes(const Spec& spec, std::uint32_t automatic) {
  std::vector<std::uint32_t> sizes;
  for (const Sort& sort : spec.sorts) sizes.push_back(sort.size != 0 ? sort.size : automatic);
  return sizes;
}

}  // namespace tribunal::spec
