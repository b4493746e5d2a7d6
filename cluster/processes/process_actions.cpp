// What the nemesis can do to a process cluster.
#include <string>

#include "base/choices.h"
#include "base/text.h"
#include "cluster/actions.h"
#include "cluster/processes/file_log.h"
#include "cluster/processes/process_cluster.h"

namespace tribunal::cluster {
namespace {

bool on_network(Primitive primitive) {
  using enum Primitive;
  switch (primitive) {
    case cut:
    case mend:
    case shape:
    case corrupt:
    case reset:
    case half_open:
    case slow_close:
    case lose_requests:
    case lose_replies:
    case reach_clients:
      return true;
    default:
      return false;
  }
}

Failure<Error> refuse(const Action& action, const std::string& why) {
  return fail(std::string(name(action.primitive)) + ": " + show_node(action.node) + " " + why);
}

}  // namespace

Status Processes::apply(const Action& action) {
  if (auto status = check_action(action, options_.nodes); !status) return status;
  if (capabilities().count(action.primitive) == 0) return refuse(action, "cannot do that");
  if (on_network(action.primitive)) {
    if (!proxy_) return refuse(action, "is reached directly: without proxies no link can be hurt");
    proxy_->apply(action);
    return {};
  }
  if (auto status = check_state(action); !status) return status;
  return perform(action);
}

Status Processes::check_state(const Action& action) const {
  const NodeProcess& process = *nodes_[index(action.node)];
  const bool alive = process.alive();
  using enum Primitive;
  switch (action.primitive) {
    case pause:
      if (alive && process.paused()) return refuse(action, "is paused already");
      break;
    case resume:
      if (alive && !process.paused()) return refuse(action, "is not paused");
      break;
    case restart:
      if (alive) return refuse(action, "is alive");
      return {};
    case disk_corrupt:
      if (alive) return refuse(action, "is alive: only the log of a dead node can be corrupted");
      if (log_is_empty(workspace_.data(action.node))) return refuse(action, "has an empty log");
      return {};
    case kill:
    case power_loss:
    case member_add:
    case member_remove:
    case promote:
      break;
    default:
      return {};  // of the machine, whether or not its process lives
  }
  if (!alive) return refuse(action, "is dead");
  return {};
}

Status Processes::perform(const Action& action) {
  NodeProcess& process = *nodes_[index(action.node)];
  using enum Primitive;
  switch (action.primitive) {
    case clock_step:
    case clock_rate:
    case clock_reset:
      on_clock(action, process);
      return {};
    case disk_slow:
    case disk_full:
    case disk_error:
    case disk_lie:
    case disk_corrupt:
    case disk_heal:
      return on_disk(action, process);
    default:
      return on_process(action, process);
  }
}

Status Processes::on_process(const Action& action, NodeProcess& process) {
  using enum Primitive;
  switch (action.primitive) {
    case pause:
      process.pause();
      return {};
    case resume:
      process.resume();
      return {};
    case kill:
      Processes::kill(action.node);
      return {};
    case power_loss: {
      Processes::kill(action.node);
      const auto kept = static_cast<std::uint32_t>(drawn("torn"_site, action.node) % 1'000'001);
      const auto torn = tear_unsynced(workspace_.data(action.node), kept);
      if (!torn) return Failure{torn.error()};
      return {};
    }
    case restart:
      return process.spawn();
    case promote:
      process.promote();
      return {};
    case member_add:
    case member_remove:
      process.change_member(action.peer, action.primitive == member_add);
      return {};
    default:
      return refuse(action, "cannot do that");
  }
}

void Processes::on_clock(const Action& action, NodeProcess& process) {
  NodeClock clock = process.clock();
  if (action.primitive == Primitive::clock_step) clock.step_wall(action.amount);
  if (action.primitive == Primitive::clock_rate) clock.set_rate(action.ppm, time_.now());
  if (action.primitive == Primitive::clock_reset) clock.reset(time_.now());
  process.set_clock(clock);
}

Status Processes::on_disk(const Action& action, NodeProcess& process) {
  DiskFaultState disk = process.disk();
  switch (action.primitive) {
    case Primitive::disk_slow:
      disk.slow = action.amount;
      break;
    case Primitive::disk_full:
      disk.full = true;
      break;
    case Primitive::disk_error:
      disk.error = true;
      break;
    case Primitive::disk_lie:
      disk.lie = true;
      break;
    case Primitive::disk_corrupt: {
      const auto flipped =
          flip_bit_on_disk(workspace_.data(action.node), drawn("corrupt"_site, action.node),
                           drawn("corrupt-bit"_site, action.node));
      if (!flipped) return Failure{flipped.error()};
      corrupted_[index(action.node)] = true;
      return {};
    }
    default:
      disk = DiskFaultState{};
      break;
  }
  process.set_disk(disk);
  return {};
}

// Keyed by the moment, as in the simulator.
std::uint64_t Processes::drawn(Site site, NodeId node) const {
  const auto now = static_cast<std::uint64_t>(time_.now().count());
  return combine(combine(combine(options_.seed, site.hash), index(node)), now);
}

}  // namespace tribunal::cluster
