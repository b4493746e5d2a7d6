#include "checker/confluence/recorded_past.h"

#include <algorithm>
#include <numeric>

namespace tribunal::checker::confluence {

bool holds(const spec::Frontier& frontier, spec::Stamp stamp) {
  return std::any_of(frontier.begin(), frontier.end(), [&](spec::Stamp latest) {
    return latest.replica == stamp.replica && stamp.time <= latest.time;
  });
}

Excerpt::Excerpt(const std::vector<spec::Event>& events, const spec::Frontier& frontier) {
  for (const spec::Event& event : events) {
    if (holds(frontier, event.stamp)) members_.push_back(&event);
  }
  for (const spec::Event* member : members_) {
    std::vector<bool> seen;
    std::size_t found = 0;
    for (const spec::Event* other : members_) {
      seen.push_back(holds(member->past, other->stamp));
      found += seen.back() ? 1 : 0;
    }
    past_.push_back(std::move(seen));
    // All events, members or not, that it had seen.
    const auto had = std::count_if(events.begin(), events.end(), [&](const spec::Event& e) {
      return holds(member->past, e.stamp);
    });
    closed_ = closed_ && found == static_cast<std::size_t>(had);
  }
}

Excerpt Excerpt::without(std::size_t removed) const {
  Excerpt rest;
  for (std::size_t i = 0; i < size(); ++i) {
    if (i == removed) continue;
    rest.members_.push_back(members_[i]);
    std::vector<bool> past = past_[i];
    past.erase(past.begin() + static_cast<std::ptrdiff_t>(removed));
    rest.past_.push_back(std::move(past));
  }
  return rest;
}

Excerpt Excerpt::seeing(std::size_t later, std::size_t earlier) const {
  Excerpt changed = *this;
  const auto learn = [&](std::size_t who) {
    changed.past_[who][earlier] = true;
    for (std::size_t i = 0; i < size(); ++i) {
      if (past_[earlier][i]) changed.past_[who][i] = true;
    }
  };
  learn(later);
  for (std::size_t i = 0; i < size(); ++i) {
    if (past_[i][later]) learn(i);
  }
  return changed;
}

spec::Run Excerpt::run(std::vector<std::size_t>* order) const {
  // By the size of the past, so that what was seen comes first; among equals by stamp.
  std::vector<std::size_t> sequence(size());
  std::iota(sequence.begin(), sequence.end(), 0);
  const auto seen = [&](std::size_t i) {
    return std::count(past_[i].begin(), past_[i].end(), true);
  };
  std::stable_sort(sequence.begin(), sequence.end(),
                   [&](std::size_t a, std::size_t b) { return seen(a) < seen(b); });
  spec::Run run;
  const auto merge = [&](std::size_t to, std::size_t from) {
    run.push_back({spec::Step::What::merge,
                   static_cast<std::uint32_t>(to),
                   static_cast<std::uint32_t>(from),
                   0,
                   {}});
  };
  for (const std::size_t i : sequence) {
    for (const std::size_t j : sequence) {
      if (past_[i][j]) merge(i, j);
    }
    const spec::Event& e = *members_[i];
    run.push_back(
        {spec::Step::What::execute, static_cast<std::uint32_t>(i), 0, e.transaction, e.arguments});
  }
  for (std::size_t i = 1; i < size(); ++i) merge(0, i);
  if (order != nullptr) *order = std::move(sequence);
  return run;
}

}  // namespace tribunal::checker::confluence
