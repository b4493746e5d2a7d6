// Transactions of a specification: decided here and now, by what this node has; what they changed
// goes to the others as updates do (docs/confluence.md).
#include "sut/transactions.h"

#include <utility>

#include "sut/multi_leader/node.h"

namespace tribunal::sut {

using namespace multi_leader;
using replicated::Dot;

void MultiLeader::transact(Step& s, const Request& request) {
  const Command& command = request.command;
  const auto home = sut::home(program_, command, nodes_);
  if (home && *home != index(self_)) {
    Reply elsewhere;
    elsewhere.status = Status::not_leader;
    elsewhere.hint = NodeId{static_cast<std::uint16_t>(*home)};
    s.out.emit(Respond{request.id, std::move(elsewhere), std::nullopt});
    return;
  }
  const Decider here{index(self_), nodes_, life_};
  Decided decided = sut::transact(program_, spec::find(instances_, command.key), command, here);
  if (decided.event) {
    const Dot dot{actor(), counter_ + 1};
    Entry entry;
    entry.update.command = command;
    entry.update.dot = dot;
    entry.update.stamp.dot = dot;
    entry.dependencies = new_dependencies();
    entry.event = Shared<spec::Event>(*decided.event);
    spec::find_or_add(instances_, command.key).commit(*std::move(decided.event));
    take_own(s, std::move(entry));
  }
  answer(s, request.id, std::move(decided.reply));
}

// An event leaves only once it is durable. Other updates need not wait, for a node that loses some
// names those of its next life otherwise; but what `fresh` minted has no such name, and who has
// forgotten that it gave an element away gives it away again. Whatever comes after such an event
// waits with it: who is sent an update is taken to have all earlier ones of its writer.
bool MultiLeader::may_travel(const Logged& logged, std::uint64_t position) const {
  return !logged.entry.event || position < durable_;
}
bool MultiLeader::state_may_travel() const { return instances_.empty() || durable_ == log_end(); }

}  // namespace tribunal::sut
