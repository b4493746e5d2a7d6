// The host of one replica for a given protocol; see replica.h.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/choices.h"
#include "cluster/held_effects.h"
#include "cluster/host_log.h"
#include "cluster/message_traits.h"
#include "cluster/processes/process_timers.h"
#include "cluster/processes/replica.h"
#include "cluster/wire/checks.h"
#include "cluster/wire/codec.h"

namespace tribunal::cluster {

// Named outside the templates: clang 14 does not evaluate consteval literals inside them.
namespace process_scopes {
inline constexpr Site node = "process-node"_site;
}  // namespace process_scopes

template <sut::Protocol P>
class ReplicaHost final : public Replica {
 public:
  ReplicaHost(P&& node, const ReplicaOptions& options, FileLog log, Surroundings& surroundings)
      : options_(options),
        node_(std::move(node)),
        choices_(options.seed, combine(combine(process_scopes::node.hash, index(options.self)),
                                       options.incarnation)),
        log_(std::move(log)),
        out_(surroundings) {}

  Status start(Time now, std::vector<wire::Bytes>&& recovered) override {
    std::vector<typename P::Record> records;
    records.reserve(recovered.size());
    for (std::size_t i = 0; i < recovered.size(); ++i) {
      auto record = wire::from_bytes<typename P::Record>(recovered[i], options_.nodes);
      if (!record)
        return fail("record " + std::to_string(i + 1) + " of the log: " + record.error().message);
      if (auto status = wire::check(*record, node_.state()); !status)
        return fail("record " + std::to_string(i + 1) + " of the log: " + status.error().message);
      records.push_back(*std::move(record));
    }
    step(now, sut::Start<P>{records});
    return {};
  }

  Status receive(Time now, NodeId from, wire::ByteView bytes) override {
    auto message = wire::from_bytes<typename P::Message>(bytes, options_.nodes);
    if (!message) return Failure{message.error()};
    if (auto status = wire::check(*message, node_.state()); !status) return status;
    step(now, sut::Receive<P>{from, *std::move(message)});
    return {};
  }
  void request(Time now, sut::Request&& request) override { step(now, std::move(request)); }
  void promote(Time now) override { step(now, sut::Promote{}); }
  void change_members(Time now, sut::ChangeMembers change) override { step(now, change); }

  std::optional<Time> next_due(Time now) const override {
    if (!refused_.empty()) return now;
    std::optional<Time> due = timers_.next_due(clock_, now);
    if (sync_due_ && (!due || *sync_due_ < *due)) due = sync_due_;
    return due;
  }
  void tick(Time now) override {
    for (std::size_t n = refused_.size(); n > 0; --n) {
      const sut::WriteId id = refused_.front();
      refused_.pop_front();
      step(now, sut::WriteDone{id, false});
    }
    // Each at most once: one that is armed anew without delay must not keep the rest waiting.
    for (int n = 0; n < 16; ++n) {
      const auto timer = timers_.fire(clock_, now);
      if (!timer) return;
      step(now, sut::TimerFired{*timer});
    }
  }

  Status sync(Time now) override {
    if (waiting_.empty()) return {};
    if (!sync_due_) sync_due_ = now + slow_;
    if (*sync_due_ > now) return {};
    sync_due_.reset();
    // Steps that follow may ask for the next sync already.
    std::vector<sut::WriteId> answered;
    answered.swap(waiting_);
    const sut::WriteId through = last_;
    const Status done = log_.sync();
    if (log_.fatal()) return done;
    if (done) {
      held_.release(through, [&](auto& effect) { perform(now, effect); });
    } else {
      out_.note(now, "a sync failed: " + done.error().message);
      held_.lost();
    }
    for (const sut::WriteId id : answered) step(now, sut::WriteDone{id, done.ok()});
    return {};
  }

  void set_clock(const NodeClock& clock) override { clock_ = clock; }
  void set_disk(const DiskFaultState& faults) override {
    slow_ = faults.slow;
    log_.faults = {faults.full, faults.error, faults.lie};
  }
  sut::View view() const override { return node_.view(); }
  std::vector<sut::Content> contents() const override { return node_.contents(); }

 private:
  void step(Time now, sut::Input<P>&& input) {
    // Not reused by value: performing an effect never steps, so one buffer is enough.
    effects_.clear();
    node_.step(input, clock_.read(now), choices_, effects_);
    for (sut::Effect<P>& effect : effects_.all()) {
      std::visit([&](auto& e) { perform(now, e); }, effect);
    }
    const sut::View view = node_.view();
    if (view.role != role_) {
      role_ = view.role;
      out_.note(now, role_line(view));
    }
  }

  void perform(Time, sut::Send<P>& send) {
    if (held_.hold(send, send.after)) return;
    using Traits = MessageTraits<typename P::Message>;
    scratch_.clear();
    wire::Writer writer(scratch_);
    wire::encode(writer, send.message);
    out_.send(send.to, Traits::carries_data(send.message) ? wire::carries_data : std::uint8_t{0},
              scratch_);
  }
  void perform(Time, sut::Respond& respond) {
    if (held_.hold(respond, respond.after)) return;
    out_.respond(respond.to, respond.reply);
  }
  void perform(Time now, const sut::Arm& arm) { timers_.arm(clock_, now, arm.timer, arm.delay); }
  void perform(Time, const sut::Cancel& cancel) { timers_.cancel(cancel.timer); }
  void perform(Time, sut::Write<P>& write) {
    scratch_.clear();
    wire::Writer writer(scratch_);
    wire::encode(writer, write.record);
    const bool kept = log_.append(scratch_, write.checkpoint);
    held_.issued(write.id, kept);
    last_ = write.id;
    if (!kept) {
      refused_.push_back(write.id);
    } else if (write.durability == sut::Durability::synced) {
      waiting_.push_back(write.id);
    }
  }
  void perform(Time, const sut::Sync& sync) {
    held_.issued(sync.id, true);
    last_ = sync.id;
    waiting_.push_back(sync.id);
  }
  void perform(Time now, const sut::Witness& witness) {
    out_.witness(now, witness);
    if (const std::string line = witness_line(witness); !line.empty()) out_.note(now, line);
  }

  ReplicaOptions options_;
  P node_;
  Choices choices_;
  NodeClock clock_;
  ProcessTimers timers_;
  FileLog log_;
  HeldEffects<P> held_;
  std::vector<sut::WriteId> waiting_;  // for a sync, ascending
  std::deque<sut::WriteId> refused_;   // by a full disk, the protocol not told yet
  sut::WriteId last_{};
  Duration slow_{};
  std::optional<Time> sync_due_;  // a slow disk: the sync under way is done then
  sut::Role role_ = sut::Role::follower;
  sut::Effects<P> effects_;  // reused by every step
  wire::Bytes scratch_;      // reused by every encoding
  Surroundings& out_;
};

}  // namespace tribunal::cluster
