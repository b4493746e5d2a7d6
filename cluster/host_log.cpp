// Lines of a node's log.
#include "cluster/host_log.h"

#include <fmt/format.h>

namespace tribunal::cluster {
namespace {

const char* name(sut::WitnessKind kind) {
  switch (kind) {
    case sut::WitnessKind::became_leader:
      return "became leader";
    case sut::WitnessKind::stepped_down:
      return "stepped down";
    case sut::WitnessKind::appended:
      return "appended";
    case sut::WitnessKind::truncated:
      return "truncated";
    case sut::WitnessKind::committed:
      return "committed";
    case sut::WitnessKind::applied:
      return "applied";
    case sut::WitnessKind::restored:
      return "restored";
  }
  return "unknown";
}

const char* name(sut::Role role) {
  switch (role) {
    case sut::Role::follower:
      return "follower";
    case sut::Role::candidate:
      return "candidate";
    case sut::Role::leader:
      return "leader";
  }
  return "unknown";
}

}  // namespace

std::string show_time(Time at, int width) {
  const auto ns = at.count();
  return fmt::format("{:>{}}", fmt::format("{}.{:09}", ns / 1'000'000'000, ns % 1'000'000'000),
                     width);
}

std::string show(const sut::Witness& w) {
  return fmt::format("{} index={} term={} chain={:016x}", name(w.kind), w.index, w.term, w.chain);
}

void HostLog::add(Time at, std::string_view line) {
  if (text_.size() >= largest) return;
  text_ += fmt::format("{} {}\n", show_time(at, 16), line);
  if (text_.size() >= largest) text_ += "(the rest is not kept)\n";
}

std::string HostLog::started(Time at, std::size_t recovered, std::size_t cut) {
  std::string line = fmt::format("started, {} records recovered", recovered);
  if (cut > 0) line += fmt::format("; {} cut off from the first that failed its checksum", cut);
  add(at, line);
  return line;
}

void HostLog::killed(Time at, std::size_t lost) {
  add(at, fmt::format("killed, {} unsynced records lost", lost));
}

void HostLog::lost_power(Time at, std::size_t lost, std::size_t reached, bool torn) {
  add(at, fmt::format("lost power, {} unsynced records lost, {} in flight survived{}", lost,
                      reached, torn ? ", the next one is torn" : ""));
}

void HostLog::corrupted(Time at, std::size_t record) {
  add(at, fmt::format("a bit of record {} of its log flipped", record + 1));
}

void HostLog::resumed(Time at, std::size_t waiting) {
  add(at, fmt::format("resumed, {} inputs waiting", waiting));
}

std::string role_line(const sut::View& view) {
  return fmt::format("{} of term {}, last index {}, commit index {}", name(view.role), view.term,
                     view.last_index, view.commit_index);
}

std::string witness_line(const sut::Witness& w) {
  if (w.kind == sut::WitnessKind::truncated)
    return fmt::format("truncated its log from index {}", w.index);
  if (w.kind == sut::WitnessKind::restored)
    return fmt::format("restored a snapshot up to index {}", w.index);
  return {};
}

void HostLog::role(Time at, const sut::View& view) { add(at, role_line(view)); }

void HostLog::witness(Time at, const sut::Witness& w) {
  if (const std::string line = witness_line(w); !line.empty()) add(at, line);
}

}  // namespace tribunal::cluster
