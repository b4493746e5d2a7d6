// A replica of the mode multi-leader: it takes every write by itself, answers once the write is in
// its own durable log, and sends it to the others afterwards. Nobody is asked, so it stays
// available in any partition; what two nodes wrote at a time is joined by the conflict policy
// (sut/replicated/datum.h).
//
// Updates spread by comparing what each side has (Terry et al., "Managing update conflicts in
// Bayou", SOSP 1995; Petersen et al., "Flexible update propagation", SOSP 1997): a message says
// what its sender has applied, the answer brings what is missing, in the order the answerer applied
// it. docs/modes/multi-leader.md is the manual.
#pragma once

#include <cstdint>
#include <vector>

#include "base/choices.h"
#include "sut/multi_leader/message.h"
#include "sut/multi_leader/options.h"
#include "sut/multi_leader/state.h"
#include "sut/node.h"

namespace tribunal::sut {

class MultiLeader : private multi_leader::State {
 public:
  using Message = multi_leader::Message;
  using Record = multi_leader::Record;
  using Options = multi_leader::Options;

  // The TimerId of Arm, Cancel and TimerFired.
  enum class Timer : std::uint8_t { tick, sync, retry };

  static constexpr std::uint16_t max_nodes = 64;

  // Precondition: index(self) < nodes <= max_nodes.
  MultiLeader(NodeId self, std::uint16_t nodes, const Options& options, spec::Program program = {});

  void step(const Input<MultiLeader>& input, Clocks clocks, Choices& choices,
            Effects<MultiLeader>& effects);
  std::uint64_t fingerprint() const;
  View view() const;  // everybody leads; the term is the node's life
  std::vector<Content> contents() const;

  const multi_leader::State& state() const { return *this; }  // for reports and tests

 private:
  friend struct MultiLeaderAccess;  // tests define it, to perturb one member at a time
  struct Step {                     // what one step is given
    Clocks clocks;
    Effects<MultiLeader>& out;
  };

  // node.cpp: inputs, and what all parts use
  void start(Step& s, std::span<const Record> recovered);
  void timer_fired(Step& s, TimerId timer);
  void arm(Step& s, Timer timer, Duration delay) const;
  bool mutated(multi_leader::Mutation m) const { return options_.mutation == m; }
  replicated::Actor actor() const { return {self_, life_}; }
  std::uint64_t log_end() const { return log_base_ + log_.size(); }
  const replicated::Datum* find(replicated::Type type, std::uint64_t key) const;
  replicated::Datum& datum(replicated::Type type, std::uint64_t key);
  replicated::Datum& datum_of(const Command& command) {
    return datum(replicated::type_of(command.kind), command.key);
  }

  // requests.cpp: clients
  void request(Step& s, const Request& request);
  void read(Step& s, const Request& request);
  void write(Step& s, const Request& request, const replicated::Token& client);
  bool has_seen(const replicated::Token& client) const;
  bool lost(const replicated::Dot& dot) const;
  bool certified(const Command& command, const replicated::Token& client) const;
  replicated::CausalContext new_dependencies() const;
  void take_own(Step& s, multi_leader::Entry entry);
  void answer(Step& s, RequestId id, Reply reply);

  // transactions.cpp: a specification
  void transact(Step& s, const Request& request);
  bool may_travel(const multi_leader::Logged& logged, std::uint64_t position) const;
  bool state_may_travel() const;

  // delivery.cpp: updates from elsewhere
  void admit(Step& s, const multi_leader::Entry& entry);
  bool deliverable(const multi_leader::Entry& entry) const;
  void deliver(Step& s, const multi_leader::Entry& entry);
  void deliver_waiting(Step& s);
  void remember(Step& s, const multi_leader::Entry& entry);
  void install(const multi_leader::Snapshot& snapshot);
  void shorten_log();
  void merge(const spec::Instance& instance);

  // replication.cpp: messages
  void receive(Step& s, NodeId from, const Message& message);
  void take_report(Step& s, NodeId from, const Message& message);
  void tick(Step& s);
  void speak(Step& s, NodeId to);
  void rewind(multi_leader::Peer& peer) const;
  void collect(const Step& s, NodeId to, Message& message);
  multi_leader::SharedSnapshot snapshot() const;

  // topology.cpp: who sends to whom
  bool feeds(NodeId node) const;
  std::uint16_t steps_to(NodeId node) const;
  bool silent(const Step& s, NodeId node) const;
  bool passes_on(const Step& s, NodeId to, const multi_leader::Logged& logged) const;
  bool lacks_truncated(const Step& s, NodeId to);

  // persistence.cpp: the durable log
  void recover(std::span<const Record> recovered, Clocks clocks);
  bool fold(const Record& record);
  void flush(Step& s);  // ends every step
  bool dirty() const { return boot_due_ || checkpoint_due_ || written_ < log_end(); }
  WriteId write_record(Step& s, Durability durability);
  void release(Step& s, std::optional<WriteId> after);
  void write_done(Step& s, const WriteDone& done);
};

}  // namespace tribunal::sut
