#include "checker/confluence/recording.h"

#include <algorithm>

namespace tribunal::checker::confluence {
namespace {

bool precedes(const spec::Event& a, const spec::Event& b) { return a.stamp < b.stamp; }

std::vector<std::uint32_t> invariants_named(const spec::Spec& spec,
                                            const std::vector<RecordedViolation>& violated) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t i = 0; i < spec.invariants.size(); ++i) {
    const bool named = std::any_of(
        violated.begin(), violated.end(),
        [&](const RecordedViolation& v) { return v.invariant == spec.invariants[i].name; });
    if (named) found.push_back(i);
  }
  return found;
}

}  // namespace

Recording recording_of(const spec::Program& program, const RecordedInstance& instance) {
  Recording recording;
  const EventReader reader(program);
  for (std::size_t i = 0; i < instance.inspections.size(); ++i) {
    const RecordedInspection& seen = instance.inspections[i];
    for (const RecordedEvent& event : seen.events) {
      auto known = reader.read(event);
      if (known) recording.events.push_back(*std::move(known));
    }
    Observation observation;
    observation.frontier = seen.frontier;
    observation.violated = invariants_named(program.spec(), seen.violated);
    observation.final = seen.full;
    observation.where = i;
    recording.observations.push_back(std::move(observation));
  }
  auto& events = recording.events;
  std::stable_sort(events.begin(), events.end(), precedes);
  events.erase(
      std::unique(events.begin(), events.end(),
                  [](const spec::Event& a, const spec::Event& b) { return a.stamp == b.stamp; }),
      events.end());
  return recording;
}

}  // namespace tribunal::checker::confluence
