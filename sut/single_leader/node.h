// A replica of the mode single-leader: one node leads a term, appends commands to a log, and
// replicates it; settings choose how much of the protection against two leaders and lost data is
// kept. With the defaults this is Raft (Ongaro and Ousterhout 2014) with the further rule that
// every node in sync has an entry before it commits. docs/modes.md is the manual; sections of the
// paper are cited where they are used.
#pragma once

#include <cstdint>
#include <optional>

#include "base/choices.h"
#include "sut/node.h"
#include "sut/single_leader/message.h"
#include "sut/single_leader/options.h"
#include "sut/single_leader/state.h"

namespace tribunal::sut {

class SingleLeader : private single_leader::State {
 public:
  using Message = single_leader::Message;
  using Record = single_leader::Record;
  using Options = single_leader::Options;

  // The TimerId of Arm, Cancel and TimerFired.
  enum class Timer : std::uint8_t { election, heartbeat, sync, retry };

  static constexpr std::uint16_t max_nodes = 64;

  // Precondition: index(self) < nodes <= max_nodes.
  SingleLeader(NodeId self, std::uint16_t nodes, const Options& options,
               spec::Program program = {});

  void step(const Input<SingleLeader>& input, Clocks clocks, Choices& choices,
            Effects<SingleLeader>& effects);
  std::uint64_t fingerprint() const;
  View view() const { return {role_, term_, log_.last_index(), commit_, log_.last_term()}; }
  std::vector<Content> contents() const { return store_.contents(); }

  const single_leader::State& state() const { return *this; }  // for reports and tests

 private:
  friend struct SingleLeaderAccess;  // tests define it, to perturb one member at a time
  struct Context {                   // what one step is given
    Clocks clocks;
    Choices& choices;
    Effects<SingleLeader>& out;
  };

  // node.cpp: inputs, and what all parts use
  void start(Context& c, std::span<const Record> recovered);
  void receive(Context& c, NodeId from, const Message& message);
  void timer_fired(Context& c, TimerId timer);
  void send(Context& c, NodeId to, Message message,
            std::optional<WriteId> after = std::nullopt) const;
  void arm(Context& c, Timer timer, Duration delay) const;
  void refuse(Context& c, RequestId id) const;
  void promote(Context& c);
  void request(Context& c, const Request& request);
  bool mutated(single_leader::Mutation mutation) const { return options_.mutation == mutation; }
  std::uint16_t majority() const;
  std::uint64_t bit(NodeId node) const { return std::uint64_t{1} << index(node); }
  bool has_majority(std::uint64_t mask) const;
  bool guarded() const;  // elections respect the in-sync set
  std::uint16_t min_in_sync() const;
  bool in_sync_here() const;
  bool leads_for_ever() const;  // failover=off and this is n1

  // persistence.cpp: the durable log
  void recover(std::span<const Record> recovered);
  bool fold(const Record& record);
  void announce_recovered(Context& c) const;
  void flush(Context& c);  // ends every step
  WriteId write_record(Context& c, Durability durability);
  void send_held(Context& c, std::optional<WriteId> after);
  bool holds_messages() const;
  void write_done(Context& c, const WriteDone& done);
  void disk_failed(Context& c);
  void take_snapshot();
  std::uint64_t snapshot_index() const { return snapshot_ ? snapshot_->at.index : 0; }

  // election.cpp
  void start_election_timer(Context& c);
  void election_timeout(Context& c);
  void check_majority(Context& c);
  bool leased() const { return options_.lease > Duration{}; }
  Duration patience() const;
  Time lease_time(const Context& c) const;
  void arm_election(Context& c, Duration delay) const;
  bool lease_holds(const Context& c) const;
  void note_round();
  bool sees_majority(const Context& c) const;
  void campaign(Context& c, bool forced);
  void count_votes(Context& c);
  void enter_term(std::uint64_t term);
  void become_leader(Context& c);
  void become_follower(Context& c, std::uint64_t term, NodeId leader);
  void handle(Context& c, NodeId from, std::uint64_t term,
              const single_leader::VoteRequest& request);
  void handle(Context& c, NodeId from, std::uint64_t term, const single_leader::Vote& vote);
  void handle(Context& c, NodeId from, std::uint64_t term, const single_leader::Alive& alive);
  bool leads_alone() const;  // the own vote is enough: failover=off, election=visible
  bool may_vote_for(const single_leader::VoteRequest& request, NodeId candidate) const;

  // follower.cpp
  void handle(Context& c, NodeId from, std::uint64_t term, const single_leader::Append& append);
  void handle(Context& c, NodeId from, std::uint64_t term, const single_leader::Install& install);
  bool accept_leader(Context& c, NodeId from, std::uint64_t term);
  struct Placement {  // where the entries of an Append go
    bool fits = false;
    std::size_t skip = 0;  // entries that are already here
    std::uint64_t hint = 0;
    bool compacted = false;
  };
  Placement place(Context& c, const single_leader::Append& append);
  bool take_entries(Context& c, const single_leader::Append& append, std::size_t skip);
  bool take_members(std::uint64_t term, const single_leader::Append& append);
  void discard_from(Context& c, std::uint64_t index);
  void forget_everything(Context& c);
  void rebuild_state(Context& c);
  void install(Context& c, const single_leader::SharedSnapshot& snapshot);
  void reply_append(Context& c, NodeId to, std::uint64_t prev_index, const Placement& placement);

  // leader.cpp
  void handle(Context& c, NodeId from, std::uint64_t term, const single_leader::AppendReply& reply);
  void append_entry(Context& c, const single_leader::Entry& entry);
  bool replicate(Context& c, NodeId to);
  void replicate_to_all(Context& c);
  void send_append(Context& c, NodeId to, std::uint64_t prev,
                   std::vector<single_leader::Entry> entries);
  void send_snapshot(Context& c, NodeId to, bool reset);
  void start_round(Context& c);
  void heartbeat(Context& c);
  void accepted(Context& c, NodeId from, const single_leader::AppendReply& reply);
  void refused(Context& c, NodeId from, const single_leader::AppendReply& reply);
  void advance_commit(Context& c);
  std::uint64_t replicated_index() const;
  std::uint64_t held_by_majority(std::uint64_t single_leader::Peer::*value,
                                 std::uint64_t own) const;

  // in_sync.cpp: replication=sync
  void reset_in_sync();
  void note_progress(Context& c, NodeId node);
  void drop_silent(Context& c);
  void propose_in_sync(Context& c, std::uint64_t mask);
  void agree_in_sync(Context& c);
  std::uint64_t required_copies() const;
  std::uint64_t held_by_all(std::uint64_t mask) const;

  // apply.cpp: the state machine and reads
  void set_commit(Context& c, std::uint64_t commit);
  void apply_committed(Context& c);
  bool apply(Context& c, const single_leader::Entry& entry);
  void read(Context& c, const Request& request);
  void respond_from_state(Context& c, RequestId id, const Command& command) const;
  void serve_reads(Context& c);
  void refuse_reads(Context& c);
};

}  // namespace tribunal::sut
