// A replica of the mode leaderless: any node takes a request, asks or tells the replicas of the
// key, and answers when enough of them have answered (Dynamo: DeCandia et al., SOSP 2007; sections
// are cited where they are used). With write=read-first and read-repair=sync it is the multi-writer
// register of Attiya, Bar-Noy and Dolev ("ABD", JACM 1995). docs/modes/leaderless.md is the manual.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/choices.h"
#include "sut/leaderless/message.h"
#include "sut/leaderless/options.h"
#include "sut/leaderless/placement.h"
#include "sut/leaderless/state.h"
#include "sut/node.h"

namespace tribunal::sut {

class Leaderless : private leaderless::State {
 public:
  using Message = leaderless::Message;
  using Record = leaderless::Record;
  using Options = leaderless::Options;

  // The TimerId of Arm, Cancel and TimerFired.
  enum class Timer : std::uint8_t { operations, handoff, anti_entropy, sync, retry };

  static constexpr std::uint16_t max_nodes = 64;

  // Precondition: index(self) < nodes <= max_nodes.
  Leaderless(NodeId self, std::uint16_t nodes, const Options& options);

  void step(const Input<Leaderless>& input, Clocks clocks, Choices& choices,
            Effects<Leaderless>& effects);
  std::uint64_t fingerprint() const;
  View view() const { return {Role::follower, life_, stores_, stores_}; }
  std::vector<Content> contents() const;

  const leaderless::State& state() const { return *this; }  // for reports and tests

 private:
  friend struct LeaderlessAccess;  // tests define it, to perturb one member at a time
  struct Outgoing {
    NodeId to;
    Message message;
    std::uint64_t after = 0;  // a write under way; 0: nothing to wait for
  };
  struct Step {  // what one step is given, and what it gathers
    Clocks clocks;
    Choices& choices;
    Effects<Leaderless>& out;
    Record record;
    std::vector<Outgoing> outbox;   // sent once the record is written
    std::vector<Message> loopback;  // to itself, in this very step
    bool checkpoint = false;
  };

  // node.cpp: inputs, and what all parts use
  void start(Step& s, std::span<const Record> recovered);
  void receive(Step& s, NodeId from, const Message& message);
  void timer_fired(Step& s, TimerId timer);
  void send(Step& s, NodeId to, Message message, std::uint64_t after = 0);
  void arm(Step& s, Timer timer, Duration delay) const;
  bool mutated(leaderless::Mutation mutation) const { return options_.mutation == mutation; }
  leaderless::Placement placement() const;
  std::uint16_t range_of(const leaderless::Object& object) const;
  bool is_home(const leaderless::Object& object) const;
  std::uint16_t homes() const;
  std::uint16_t majority() const;
  std::uint16_t read_quorum() const;
  bool mergeable(const leaderless::Object& object) const;  // states grow, none replaces another
  std::uint16_t write_quorum() const;

  // persistence.cpp: the durable log
  void recover(std::span<const Record> recovered);
  void recover(const Record& record);
  void flush(Step& s);  // ends every step
  void fill_checkpoint(Record& record) const;
  void write_done(Step& s, const WriteDone& done);
  void try_disk_again(Step& s);
  bool under_way(std::uint64_t write) const;
  std::uint64_t this_write() const;  // of the record that this step will write

  // replica.cpp: what a node holds, and answers to coordinators
  leaderless::Item* find(const leaderless::Object& object);
  leaderless::Item& item_of(const leaderless::Object& object);
  bool merge_here(Step& s, const leaderless::Entry& entry);
  void changed(Step& s, leaderless::Item& item, const leaderless::SharedDatum& by);
  void handle(Step& s, NodeId from, const leaderless::Ask& ask);
  void handle(Step& s, NodeId from, const leaderless::Store& store);
  void handle(Step& s, NodeId from, const leaderless::Release& release);
  const leaderless::Claim* claim(Step& s, NodeId from, const leaderless::Ask& ask, bool& granted);
  void mark_stored(Step& s, RequestId request);

  // coordinator.cpp: requests and their operations
  void request(Step& s, const Request& request);
  bool needs_reading(const Command& command) const;
  bool refused(const Command& command) const;
  void ask_homes(Step& s, leaderless::Operation& op);
  void store_at_homes(Step& s, leaderless::Operation& op);
  void ask(Step& s, const leaderless::Operation& op, NodeId to);
  void store(Step& s, const leaderless::Operation& op, NodeId to,
             NodeId hint_for = leaderless::no_node);
  void handle(Step& s, NodeId from, const leaderless::Told& told);
  void handle(Step& s, NodeId from, const leaderless::Stored& stored);
  void quorum_told(Step& s, leaderless::Operation& op);
  void begin_write(Step& s, leaderless::Operation& op);
  void write_back(Step& s, leaderless::Operation& op);
  void check_acked(Step& s, leaderless::Operation& op);
  std::uint16_t quorum_for(const leaderless::Operation& op) const;
  void read_again(Step& s, leaderless::Operation& op);
  void answer_read(Step& s, leaderless::Operation& op);
  void settle(Step& s, leaderless::Operation& op);
  void respond(Step& s, RequestId to, Reply reply) const;
  leaderless::Operation* find(leaderless::Attempt attempt);
  void finish(std::uint64_t number);

  // waiting.cpp: operations that take long: again, stand-ins, giving up
  void operations_due(Step& s);
  void again(Step& s, leaderless::Operation& op);
  void ask_stand_ins(Step& s, leaderless::Operation& op, std::uint64_t silent);
  void give_up(Step& s, leaderless::Operation& op);
  void arm_operations(Step& s);

  // handoff.cpp: hints
  void keep_hint(Step& s, NodeId home, const leaderless::Entry& entry);
  void hand_off(Step& s);
  void handle(Step& s, NodeId from, const leaderless::Handoff& handoff);
  void handle(Step& s, NodeId from, const leaderless::HandedOff& done);
  void drop_hint(Step& s, std::size_t place);

  // anti_entropy.cpp
  void anti_entropy(Step& s);
  leaderless::MerkleTree tree_of(std::uint16_t range) const;
  std::vector<leaderless::Entry> in_buckets(std::uint16_t range,
                                            const std::vector<std::uint64_t>& buckets) const;
  void handle(Step& s, NodeId from, const leaderless::Compare& compare);
  void handle(Step& s, NodeId from, const leaderless::Exchange& exchange);
  void collect_tombstones(Step& s);
};

}  // namespace tribunal::sut
