// A server of the mode raft: the protocol of Diego Ongaro's dissertation, "Consensus: Bridging
// Theory and Practice" (Stanford, 2014), whose sections are cited where they are used; "paper" is
// Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014). Every unsafe
// setting removes exactly one rule. docs/modes/raft.md is the manual.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <span>

#include "base/choices.h"
#include "sut/node.h"
#include "sut/raft/message.h"
#include "sut/raft/options.h"
#include "sut/raft/state.h"

namespace tribunal::sut {

class Raft : private raft::State {
 public:
  using Message = raft::Message;
  using Record = raft::Record;
  using Options = raft::Options;

  // The TimerId of Arm, Cancel and TimerFired.
  enum class Timer : std::uint8_t { election, heartbeat, sync, retry };

  static constexpr std::uint16_t max_nodes = 64;
  static constexpr bool changes_members = true;  // for hosts: ChangeMembers means something

  // Precondition: index(self) < nodes <= max_nodes.
  Raft(NodeId self, std::uint16_t nodes, const Options& options, spec::Program program = {});

  void step(const Input<Raft>& input, Clocks clocks, Choices& choices, Effects<Raft>& effects);
  std::uint64_t fingerprint() const;
  View view() const {
    return {role_,
            term_,
            log_.last_index(),
            commit_,
            log_.last_term(),
            static_cast<std::uint16_t>(std::popcount(members()))};
  }
  std::vector<Content> contents() const { return store_.contents(); }

  const raft::State& state() const { return *this; }  // for reports and tests
  std::uint64_t members() const;  // bit i is node i: the configuration that counts here

 private:
  friend struct RaftAccess;  // tests define it, to perturb one member at a time
  struct Context {           // what one step is given, and the batch it last made or was sent
    Clocks clocks;
    Choices& choices;
    Effects<Raft>& out;
    raft::Batch batch;
    std::uint64_t batch_first = 0;
  };

  // node.cpp: inputs, and what all parts use
  void start(Context& c, std::span<const Record> recovered);
  void receive(Context& c, NodeId from, const Message& message);
  void timer_fired(Context& c, TimerId timer);
  void request(Context& c, const Request& request);
  void refuse(Context& c, RequestId id) const;
  void unavailable(Context& c, RequestId id) const;
  bool too_many_waiting() const;
  void send(Context& c, NodeId to, Message message,
            std::optional<WriteId> after = std::nullopt) const;
  void arm(Context& c, Timer timer, Duration delay) const;
  bool mutated(raft::Mutation mutation) const { return options_.mutation == mutation; }
  static std::uint64_t bit(NodeId node) { return std::uint64_t{1} << index(node); }
  raft::Batch batch(Context& c, std::uint64_t first, std::uint64_t limit) const;

  // persistence.cpp: the durable log
  void recover(std::span<const Record> recovered);
  bool fold(const Record& record);
  void announce_recovered(Context& c) const;
  void flush(Context& c);  // ends every step
  void flush_buffered(Context& c);
  bool dirty() const;
  WriteId write_record(Context& c, Durability durability);
  void send_held(Context& c, std::optional<WriteId> after);
  void write_done(Context& c, const WriteDone& done);
  void disk_failed(Context& c);

  // election.cpp
  void start_election_timer(Context& c);
  void start_first_election_timer(Context& c);
  void election_timeout(Context& c);
  void check_quorum(Context& c);
  bool may_stand() const;
  void stand(Context& c);
  void campaign(Context& c, bool transfer);
  void ask_for_votes(Context& c, bool pre, std::optional<WriteId> after);
  void count_votes(Context& c);
  void enter_term(std::uint64_t term);
  void become_leader(Context& c);
  void become_follower(Context& c, std::uint64_t term, NodeId leader);
  bool follows_a_leader(const Context& c) const;
  bool up_to_date(const raft::VoteRequest& request) const;
  void handle(Context& c, NodeId from, std::uint64_t term, const raft::VoteRequest& request);
  void pre_vote(Context& c, NodeId from, std::uint64_t term, const raft::VoteRequest& request);
  void handle(Context& c, NodeId from, std::uint64_t term, const raft::Vote& vote);

  // transfer.cpp: leadership transfer
  void promote(Context& c);
  void handle(Context& c, NodeId from, std::uint64_t term, const raft::Takeover& takeover);
  void go_on_with_transfer(Context& c);
  bool transferring() const { return transfer_to_ != raft::no_node; }

  // follower.cpp
  void handle(Context& c, NodeId from, std::uint64_t term, const raft::Append& append);
  void handle(Context& c, NodeId from, std::uint64_t term, const raft::Install& install);
  bool accept_leader(Context& c, NodeId from, std::uint64_t term);
  // Where the entries of an Append go: `fits` after `skip` of them, which are here already; or the
  // leader should `hint`; or nothing here can be trusted.
  struct Placement {
    enum class Kind { fits, refused, compacted, contradicted } kind = Kind::refused;
    std::uint64_t skip = 0;
    std::uint64_t hint = 0;
  };
  Placement place(const raft::Append& append) const;
  bool take_entries(Context& c, const raft::Append& append, std::uint64_t skip);
  void discard_from(Context& c, std::uint64_t index);
  void forget_everything(Context& c);
  void restore(Context& c, const raft::SharedSnapshot& snapshot);
  void rebuild_state(Context& c);
  void accept(Context& c, NodeId to);
  void refuse_append(Context& c, NodeId to, std::uint64_t prev_index, const Placement& placement);

  // leader.cpp
  void handle(Context& c, NodeId from, std::uint64_t term, const raft::AppendReply& reply);
  void append_entry(Context& c, const raft::Entry& entry);
  template <class F>
  void for_each_follower(F&& f) const;
  bool replicate(Context& c, NodeId to);
  void replicate_to_all(Context& c);
  void send_append(Context& c, NodeId to, std::uint64_t prev, raft::Batch entries);
  void send_snapshot(Context& c, NodeId to, bool reset);
  void start_round(Context& c);
  void heartbeat(Context& c);
  void accepted(Context& c, NodeId from, const raft::AppendReply& reply);
  void refused(Context& c, NodeId from, const raft::AppendReply& reply);
  void advance_commit(Context& c);
  std::uint64_t held_by_majority(std::uint64_t raft::Peer::*value, std::uint64_t own) const;

  // membership.cpp
  bool is_member(NodeId node) const { return (members() & bit(node)) != 0; }
  raft::Configuration initial_configuration() const;
  int quorum() const;
  bool has_majority(std::uint64_t mask) const;
  void change_members(Context& c, const ChangeMembers& change);
  bool may_change_members() const;
  void append_members(Context& c, std::uint64_t members);
  void note_caught_up(Context& c, NodeId node);
  void note_configuration(std::uint64_t index, const raft::Entry& entry);
  void forget_configurations_from(std::uint64_t index);
  raft::Configuration configuration_at(std::uint64_t index) const;
  void leave_if_removed(Context& c);

  // apply.cpp: the state machine
  void set_commit(Context& c, std::uint64_t commit);
  void apply_committed(Context& c);
  bool apply(Context& c, const raft::Entry& entry);
  void respond_from_state(Context& c, RequestId id, const Command& command) const;
  void take_snapshot();
  std::uint64_t snapshot_index() const { return snapshot_ ? snapshot_->at.index : 0; }

  // reads.cpp
  void read(Context& c, const Request& request);
  void wait_for_round(Context& c, raft::PendingRead pending);
  void serve_reads(Context& c);
  void refuse_reads(Context& c);
  bool lease_holds(const Context& c) const;
  void extend_lease(const Context& c);
};

}  // namespace tribunal::sut
