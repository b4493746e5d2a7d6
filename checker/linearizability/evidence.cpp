// See evidence.h.
#include "checker/linearizability/evidence.h"

#include <algorithm>

#include <fmt/core.h>

#include "checker/linearizability/search.h"

namespace tribunal::checker::linearizability {

std::optional<Finding> Model::classify(Evidence& /*evidence*/) { return std::nullopt; }

Evidence::Evidence(const history::History& history, const KeyHistory& key, Excerpts& excerpts,
                   std::vector<std::uint32_t> core)
    : history_(history), key_(key), excerpts_(excerpts), core_(std::move(core)) {
  standing_ = excerpts_.standing(core_);
  for (std::size_t i = 0; i < core_.size(); ++i) {
    left_.push_back(key_.model->weakened(op(core_[i]), standing_[i]));
  }
  observer_ = find_observer();
}

// The core is small, or could not be made small: then the search may not repeat what it found out
// before, and the last operation with an observation stands for it.
std::uint32_t Evidence::find_observer() {
  std::vector<Op> ops;
  for (const std::optional<Op>& op : left_) {
    if (op.has_value()) ops.push_back(*op);
  }
  Limits limits;
  limits.steps = 200'000;
  const Found found = search(*key_.model, ops, limits);
  const std::uint32_t call =
      found.outcome == Outcome::impossible ? ops[found.stuck].call : op(core_.back()).call;
  State state = key_.model->initial();
  for (const std::uint32_t step : found.order) {
    const auto at =
        std::find_if(ops.begin(), ops.end(), [&](const Op& o) { return o.call == step; });
    state = key_.model->step(state, *at);
    furthest_.push_back(*std::find_if(core_.begin(), core_.end(),
                                      [&](std::uint32_t i) { return op(i).call == step; }));
  }
  if (found.outcome == Outcome::impossible) why_ = key_.model->why(state, ops[found.stuck]);
  const auto at =
      std::find_if(core_.begin(), core_.end(), [&](std::uint32_t i) { return op(i).call == call; });
  return *at;
}

std::size_t Evidence::place(std::uint32_t position) const {
  return static_cast<std::size_t>(std::lower_bound(core_.begin(), core_.end(), position) -
                                  core_.begin());
}

const std::optional<Op>& Evidence::left(std::uint32_t position) const {
  return left_[place(position)];
}

bool Evidence::same_process(std::uint32_t a, std::uint32_t b) const {
  return history_.process(op(a).call) == history_.process(op(b).call);
}

std::vector<std::uint32_t> Evidence::produced(std::uint32_t position) {
  std::vector<std::uint32_t> tokens;
  model().produced(op(position), tokens);
  return tokens;
}

std::vector<std::uint32_t> Evidence::wanted(std::uint32_t position) {
  std::vector<std::uint32_t> tokens;
  const std::vector<Want> all_wants = model().wants(op(position));
  const std::vector<bool>& stands = standing_[place(position)];
  for (std::size_t w = 0; w < all_wants.size(); ++w) {
    if (all_wants[w].all_but || !stands[w]) continue;
    tokens.insert(tokens.end(), all_wants[w].tokens.begin(), all_wants[w].tokens.end());
  }
  return tokens;
}

bool Evidence::produces(std::uint32_t position, std::uint32_t token) {
  const std::vector<std::uint32_t> tokens = produced(position);
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

bool Evidence::wants(std::uint32_t position, std::uint32_t token) {
  const std::vector<std::uint32_t> tokens = wanted(position);
  return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

std::vector<std::uint32_t> Evidence::observers(std::uint32_t token) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < key_.ops.size(); ++i) {
    if (key_.ops[i].optional()) continue;
    for (const Want& want : model().wants(key_.ops[i])) {
      if (want.all_but) continue;
      if (std::find(want.tokens.begin(), want.tokens.end(), token) == want.tokens.end()) continue;
      found.push_back(i);
      break;
    }
  }
  return found;
}

std::string Evidence::who(std::uint32_t position) const {
  return fmt::format("client {}", history::index(history_.process(op(position).call)));
}

std::string Evidence::did(std::uint32_t position) {
  return fmt::format("{} {} ({})", who(position), model().show(op(position)), span(position));
}

std::string Evidence::span(std::uint32_t position) const {
  const Op& o = op(position);
  const auto moment = [&](std::uint32_t event) {
    return static_cast<double>(history_.time(event).count()) / 1e9;
  };
  const bool timed = history_.time(o.call) != Time::min();
  const std::uint32_t completion = history_.partner(o.call);
  if (o.optional()) {
    return fmt::format("event {}{}, outcome unknown", o.call,
                       timed ? fmt::format(" at {:.6f} s", moment(o.call)) : "");
  }
  return fmt::format(
      "events {}-{}{}", o.call, completion,
      timed ? fmt::format(", {:.6f} to {:.6f} s", moment(o.call), moment(completion)) : "");
}

std::string Evidence::failed_attempt(std::uint32_t token) {
  for (std::uint32_t i = 0; i < history_.size(); ++i) {
    if (history_.type(i) != history::EventType::fail) continue;
    if (history_.process(i) == history::Process::nemesis) continue;
    history::Operation operation = history_.operation(history_.partner(i));
    if (operation.has_key != key_.has_key || operation.key != key_.key) continue;
    operation.outcome = history::EventType::info;  // as if it had taken effect
    const Result<std::optional<Op>> attempt = model().decode(operation);
    if (!attempt || !attempt->has_value()) continue;
    std::vector<std::uint32_t> tokens;
    model().produced(**attempt, tokens);
    if (std::find(tokens.begin(), tokens.end(), token) == tokens.end()) continue;
    return fmt::format("Client {} had tried to (events {}-{}), but was told that it had failed.",
                       history::index(operation.process), operation.invocation,
                       operation.completion);
  }
  return "";
}

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

}  // namespace tribunal::checker::linearizability
