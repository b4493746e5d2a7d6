#include "spec/group.h"

#include <algorithm>

namespace tribunal::spec {

Group::Group(const Layout& layout, std::uint32_t replicas) : layout_(&layout) {
  const std::vector<Variable>& variables = layout.spec().variables;
  extrema_ = std::any_of(variables.begin(), variables.end(), [](const Variable& variable) {
    return variable.kind == Kind::max || variable.kind == Kind::min;
  });
  const State initial(layout);
  replicas_.assign(replicas, Member{initial, {}, shown(layout, initial)});
}

Outcome Group::execute(std::uint32_t replica, std::uint32_t transaction,
                       std::span<const std::int64_t> arguments) {
  Member& member = replicas_[replica];
  Attempt attempt = spec::attempt(*layout_, member.state, transaction, arguments, replica);
  if (attempt.outcome != Outcome::committed) return attempt.outcome;
  member.state.apply(*layout_, attempt.event, Arrival::origin);
  member.shows = std::move(attempt.after);
  member.has.resize(events_.size() + 1);
  member.has.back() = 1;
  events_.push_back(std::move(attempt.event));
  return attempt.outcome;
}

bool Group::merge(std::uint32_t to, std::uint32_t from) {
  Member& target = replicas_[to];
  const Member& source = replicas_[from];
  bool news = false;
  target.has.resize(std::max(target.has.size(), source.has.size()));
  for (std::size_t i = 0; i < source.has.size(); ++i) {
    if (source.has[i] == 0 || target.has[i] != 0) continue;
    overflowed_ |= !target.state.apply(*layout_, events_[i], Arrival::merged);
    target.has[i] = 1;
    news = true;
  }
  if (extrema_) {
    const Values before = target.state.merged();
    target.state.join_extrema(*layout_, source.state.merged());
    news |= target.state.merged() != before;
  }
  if (news) target.shows = shown(*layout_, target.state, &overflowed_);
  return news;
}

std::vector<std::uint32_t> Group::violations(std::uint32_t replica) {
  return violated(*layout_, shows(replica), &overflowed_);
}

}  // namespace tribunal::spec
