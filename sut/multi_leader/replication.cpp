// Messages: each says what its sender has, and brings what its receiver lacks.
#include <algorithm>
#include <tuple>
#include <utility>

#include "sut/multi_leader/node.h"

namespace tribunal::sut {

using namespace multi_leader;
using replicated::Dot;

namespace {
constexpr std::size_t most_entries = 256;  // in one message
constexpr int ticks_between_probes = 5;
}  // namespace

void MultiLeader::receive(Step& s, NodeId from, const Message& message) {
  if (index(from) >= nodes_ || from == self_) return;
  if (disk_failed_) return;  // what cannot be recorded is not taken; it will be sent again
  take_report(s, from, message);
  if (message.state) install(*message.state);
  for (const Entry& entry : message.entries) admit(s, entry);
  if (message.state) deliver_waiting(s);
}

// Only the newest message of a link says what its sender has; older ones may still bring updates.
void MultiLeader::take_report(Step& s, NodeId from, const Message& m) {
  Peer& peer = peers_[index(from)];
  if (std::tie(m.life, m.number) <= std::tie(peer.life, peer.heard)) return;
  const bool restarted = m.life != peer.life;
  peer.life = m.life;
  peer.heard = m.number;
  peer.reported = true;
  peer.seen = m.seen;
  peer.owes = peer.owes || m.probe;
  if (m.echo_life == life_ && m.echo > peer.echoed) {
    peer.echoed = m.echo;
    peer.answered_at = s.clocks.steady;
  }
  peer.sent.merge(m.seen);
  const bool all_answered = peer.mark != 0 && peer.echoed >= peer.mark;
  if (all_answered) peer.mark = 0;
  if (restarted || (all_answered && !m.seen.covers(peer.sent))) rewind(peer);
}

// Something was lost: what the other lacks is sent again.
void MultiLeader::rewind(Peer& peer) const {
  peer.sent = peer.seen;
  peer.next = log_base_;
  peer.mark = 0;
}

void MultiLeader::tick(Step& s) {
  arm(s, Timer::tick, options_.sync_every);
  if (disk_failed_) return;
  for (std::uint16_t n = 0; n < nodes_; ++n) {
    if (NodeId{n} != self_) speak(s, NodeId{n});
  }
}

void MultiLeader::speak(Step& s, NodeId to) {
  Peer& peer = peers_[index(to)];
  const Time now = s.clocks.steady;
  if (peer.mark != 0 && now - peer.mark_at > options_.reroute_after) rewind(peer);
  Message message;
  if (!silent(s, to)) collect(s, to, message);
  const bool brings = !message.entries.empty() || message.state;
  const Duration pause =
      feeds(to) ? ticks_between_probes * options_.sync_every : options_.reroute_after;
  const bool probes = now - peer.probed_at >= pause;
  if (!brings && !probes && !peer.owes) return;

  message.probe = brings || probes;
  message.life = life_;
  message.number = ++peer.number;
  message.echo_life = peer.life;
  message.echo = peer.heard;
  message.seen = have_;
  if (brings) {
    peer.mark = message.number;
    peer.mark_at = now;
  }
  if (message.state) peer.state_number = message.number;
  if (message.probe) peer.probed_at = now;
  peer.owes = false;
  s.out.emit(Send<MultiLeader>{to, std::move(message), std::nullopt});
}

// What the other lacks, in the order in which it was applied here.
void MultiLeader::collect(const Step& s, NodeId to, Message& message) {
  Peer& peer = peers_[index(to)];
  if (lacks_truncated(s, to)) {
    if (!state_may_travel()) return;
    message.state = snapshot();
    peer.sent.merge(seen_);
    peer.next = log_end();
    peer.behind_since = seconds(-1);  // it is given as much time again before the next one
    return;
  }
  peer.next = std::max(peer.next, log_base_);
  bool all_covered = true;
  for (std::uint64_t i = peer.next; i < log_end(); ++i) {
    const Logged& logged = log_[i - log_base_];
    if (!may_travel(logged, i)) return;
    const Dot& dot = logged.entry.update.dot;
    if (!peer.sent.covers(dot)) {
      if (message.entries.size() < most_entries && passes_on(s, to, logged)) {
        message.entries.push_back(logged.entry);
        peer.sent.raise(dot);
      } else {
        all_covered = false;
      }
    }
    if (all_covered) peer.next = i + 1;
    if (message.entries.size() == most_entries) return;
  }
}

SharedSnapshot MultiLeader::snapshot() const {
  return SharedSnapshot(Snapshot{objects_, seen_, clock_, instances_});
}

}  // namespace tribunal::sut
