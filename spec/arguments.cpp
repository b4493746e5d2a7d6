#include "spec/arguments.h"

#include <cassert>

namespace tribunal::spec {
namespace {
constexpr unsigned width = 10;  // bits
constexpr std::uint64_t mask = (std::uint64_t{1} << width) - 1;
}  // namespace

std::optional<std::int64_t> pack_arguments(std::span<const std::int64_t> arguments) {
  if (arguments.size() > most_arguments) return std::nullopt;
  std::uint64_t packed = 0;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] < least_argument || arguments[i] > greatest_argument) return std::nullopt;
    packed |= (static_cast<std::uint64_t>(arguments[i]) & mask) << (width * i);
  }
  return static_cast<std::int64_t>(packed);
}

std::vector<std::int64_t> unpack_arguments(std::int64_t packed, std::size_t count) {
  assert(count <= most_arguments);
  std::vector<std::int64_t> arguments;
  for (std::size_t i = 0; i < count; ++i) {
    const auto bits =
        static_cast<std::int64_t>((static_cast<std::uint64_t>(packed) >> (width * i)) & mask);
    arguments.push_back(bits > greatest_argument ? bits - (greatest_argument + 1) * 2 : bits);
  }
  return arguments;
}

std::vector<std::size_t> chosen_parameters(const Transaction& transaction) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < transaction.parameters.size(); ++i) {
    if (transaction.parameters[i].minted == Minted::no) places.push_back(i);
  }
  return places;
}

}  // namespace tribunal::spec
