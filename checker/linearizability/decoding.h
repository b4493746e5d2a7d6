// What the decoders of all models share: recognising :f, and errors that name the event.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "history/history.h"

namespace tribunal::checker::linearizability {

// "event 17: expected [old new] as the value of :cas, found 5"
Failure<Error> event_error(std::uint32_t event, const std::string& expected,
                           const std::string& found);

// The functions that a model knows, as symbols of one history.
class Functions {
 public:
  Functions(const history::History& history, std::string model, std::vector<std::string> names);

  // The position in `names` of the operation's :f, or an error that lists them.
  Result<std::size_t> number(const history::Operation& operation) const;

 private:
  const history::History& history_;
  std::string model_;
  std::vector<std::string> names_;
  std::vector<std::optional<history::Symbol>> symbols_;
};

// The start and the end of a long text, for messages.
std::string shorten(const std::string& text, std::size_t limit = 120);
// "a", "a and b", "a, b and c".
std::string enumerate(const std::vector<std::string>& parts);

}  // namespace tribunal::checker::linearizability
