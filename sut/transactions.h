// Running a specification (spec/program.h) at a replica: what the commands transact and inspect do,
// whatever the mode. A mode decides where a transaction is decided and how its event travels.
#pragma once

#include <cstdint>
#include <optional>

#include "spec/instance.h"
#include "spec/program.h"
#include "sut/command.h"

namespace tribunal::sut {

// Who decides a transaction, as in spec::Replica::attempt.
struct Decider {
  std::uint32_t replica = 0;
  std::uint32_t replicas = 1;
  std::uint32_t life = 0;
};
struct Decided {
  Reply reply;                       // ok, or mismatch with a spec::Refusal as its value
  std::optional<spec::Event> event;  // if it commits: to be taken in by Instance::commit
};

// Total: without a program, or for a transaction that there is none, a refusal. `instance`: what is
// here under the command's key; nullptr: nothing yet.
Decided transact(const spec::Program& program, const spec::Instance* instance,
                 const Command& command, const Decider& decider);

// The replica that alone may decide the command, by the program's placement; none: any.
std::optional<std::uint32_t> home(const spec::Program& program, const Command& command,
                                  std::uint32_t replicas);

// ok, elements a spec::Inspection; mismatch without a program.
Reply inspect(const spec::Program& program, const spec::Instance* instance, const Command& command);

// The reply to a transact that committed. Its value is the time of the event's stamp: where one
// replica decides everything, that names the event.
Reply committed(const spec::Event& event);
// That reply once more, from its value.
Reply committed_again(const spec::Instance& instance, std::int64_t time);

// For comparing replicas: the events, two numbers each.
Content content(const spec::Instance& instance);

std::uint64_t wire_bytes(const spec::Event& event);
std::uint64_t wire_bytes(const spec::Instance& instance);

}  // namespace tribunal::sut
