#include "spec/program.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "spec/arguments.h"

namespace tribunal::spec {
namespace {

Diagnostic at(Position position, std::string message) { return {position, 1, std::move(message)}; }

bool mints(const Spec& spec, std::uint32_t sort, Minted how) {
  for (const Transaction& transaction : spec.transactions) {
    for (const Parameter& parameter : transaction.parameters) {
      if (parameter.minted == how && parameter.type.index == sort) return true;
    }
  }
  return false;
}

// The variable with which there are more cells than there may be.
const Variable* too_large(const Spec& spec, const std::vector<std::uint32_t>& sizes) {
  std::uint64_t all = 0;
  for (const Variable& variable : spec.variables) {
    std::uint64_t cells = 1;
    for (const Type index : variable.indices) {
      cells *= index.base == Type::Base::sort ? sizes[index.index]
                                              : spec.enums[index.index].members.size();
      if (cells > most_cells) return &variable;
    }
    all += cells;
    if (all > most_cells) return &variable;
  }
  return nullptr;
}

std::optional<Diagnostic> hindrance(const Spec& spec, const std::vector<std::uint32_t>& sizes) {
  if (const Variable* variable = too_large(spec, sizes)) {
    return at(variable->at,
              fmt::format("with this variable there are more than {} values to keep; run it with "
                          "fewer elements or fewer nodes",
                          most_cells));
  }
  for (std::size_t s = 0; s < sizes.size(); ++s) {
    if (sizes[s] <= static_cast<std::uint32_t>(greatest_argument)) continue;
    return at(spec.sorts[s].at, fmt::format("a run needs {} elements of this sort, at most {} are "
                                            "possible; run it with fewer",
                                            sizes[s], greatest_argument));
  }
  for (const Transaction& transaction : spec.transactions) {
    const std::size_t chosen = chosen_parameters(transaction).size();
    if (chosen <= most_arguments) continue;
    return at(transaction.at,
              fmt::format("'{}' has {} arguments that the caller chooses, a run can give it at "
                          "most {}; let the store mint some (fresh, self), or split it",
                          transaction.name, chosen, most_arguments));
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::uint32_t> execution_sizes(const Spec& spec, const Scale& scale) {
  std::vector<std::uint32_t> sizes = declared_sizes(spec, scale.automatic);
  for (std::uint32_t s = 0; s < sizes.size(); ++s) {
    if (mints(spec, s, Minted::fresh)) {
      sizes[s] = std::max({sizes[s], scale.elements, 2 * scale.nodes});
    }
    if (mints(spec, s, Minted::self)) sizes[s] = std::max(sizes[s], scale.nodes);
  }
  return sizes;
}

Result<Program, Diagnostic> make_program(std::string text, const Scale& scale,
                                         Placement placement) {
  auto spec = parse(text);
  if (!spec) return Failure{spec.error()};
  std::vector<std::uint32_t> sizes = execution_sizes(*spec, scale);
  if (auto hinders = hindrance(*spec, sizes)) return Failure{*std::move(hinders)};
  Program program;
  Fingerprint print;
  print.add(std::string_view(text));
  for (const std::uint32_t size : sizes) print.add(size);
  for (const std::optional<Home>& home : placement) {
    print.add(home.has_value());
    print.add(home && home->parameter ? *home->parameter + 1 : 0);
  }
  program.digest_ = print.value();
  program.parts_ = std::make_shared<const Program::Parts>(
      std::move(text), *std::move(spec), std::move(sizes), scale, std::move(placement));
  return program;
}

std::optional<std::uint32_t> Program::transaction(std::string_view name) const {
  const std::vector<Transaction>& all = parts_->spec.transactions;
  for (std::uint32_t t = 0; t < all.size(); ++t) {
    if (all[t].name == name) return t;
  }
  return std::nullopt;
}

}  // namespace tribunal::spec
