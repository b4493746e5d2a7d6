// See decoding.h.
#include "checker/linearizability/decoding.h"

#include <fmt/core.h>

#include "base/text.h"

namespace tribunal::checker::linearizability {

Failure<Error> event_error(std::uint32_t event, const std::string& expected,
                           const std::string& found) {
  return fail(fmt::format("event {}: expected {}, found {}", event, expected, quote(found, 100)));
}

Functions::Functions(const history::History& history, std::string model,
                     std::vector<std::string> names)
    : history_(history), model_(std::move(model)), names_(std::move(names)) {
  for (const std::string& name : names_) symbols_.push_back(history.find_symbol(name));
}

Result<std::size_t> Functions::number(const history::Operation& operation) const {
  for (std::size_t i = 0; i < symbols_.size(); ++i) {
    if (symbols_[i] == operation.f) return i;
  }
  return event_error(operation.invocation,
                     fmt::format("{} (all that model {} knows)", join(names_, ", "), model_),
                     ":" + history_.name(operation.f));
}

std::string shorten(const std::string& text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t head = limit * 2 / 3;
  std::size_t tail = text.size() - (limit - head);
  const auto inside = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;  // not the start of a character
  };
  while (head > 0 && inside(head)) --head;
  while (tail < text.size() && inside(tail)) ++tail;
  return text.substr(0, head) + " … " + text.substr(tail);
}

std::string enumerate(const std::vector<std::string>& parts) {
  std::string all;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) all += i + 1 == parts.size() ? " and " : ", ";
    all += parts[i];
  }
  return all;
}

}  // namespace tribunal::checker::linearizability
