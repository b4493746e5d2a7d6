// Recorded events and who had seen whom, and runs made of some of them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "checker/confluence/dynamic.h"

namespace tribunal::checker::confluence {

bool holds(const spec::Frontier& frontier, spec::Stamp stamp);

// A set of events out of a recording, by number, and what each had seen of the others. Events can
// be taken out, and be made to see others.
class Excerpt {
 public:
  // The events of the frontier. Precondition: its events are by stamp.
  Excerpt(const std::vector<spec::Event>& events, const spec::Frontier& frontier);

  std::size_t size() const { return members_.size(); }
  const spec::Event& event(std::size_t i) const { return *members_[i]; }
  bool sees(std::size_t later, std::size_t earlier) const { return past_[later][earlier]; }
  // Every event that a member had seen is a member.
  bool is_causally_closed() const { return closed_; }

  Excerpt without(std::size_t i) const;
  // `later` sees `earlier` and all that this one sees. Precondition: they are concurrent; the order
  // of stamps is given up.
  Excerpt seeing(std::size_t later, std::size_t earlier) const;

  // Executes the members, each at a replica of its own that has merged exactly its past, and then
  // merges all of them. Members keep their order; the run's k-th execute step is member order[k].
  spec::Run run(std::vector<std::size_t>* order = nullptr) const;

 private:
  Excerpt() = default;
  std::vector<const spec::Event*> members_;
  std::vector<std::vector<bool>> past_;  // past_[i][j]: i has seen j
  bool closed_ = true;
};

}  // namespace tribunal::checker::confluence
