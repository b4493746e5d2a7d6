// The names of the primitive faults, as traces, errors and schedules spell them.
#include "cluster/cluster.h"

namespace tribunal::cluster {

const char* name(Primitive primitive) {
  switch (primitive) {
    case Primitive::cut:
      return "cut";
    case Primitive::mend:
      return "mend";
    case Primitive::shape:
      return "shape";
    case Primitive::corrupt:
      return "corrupt";
    case Primitive::reset:
      return "reset";
    case Primitive::half_open:
      return "half-open";
    case Primitive::slow_close:
      return "slow-close";
    case Primitive::lose_requests:
      return "lose-requests";
    case Primitive::lose_replies:
      return "lose-replies";
    case Primitive::reach_clients:
      return "reach-clients";
    case Primitive::pause:
      return "pause";
    case Primitive::resume:
      return "resume";
    case Primitive::kill:
      return "kill";
    case Primitive::restart:
      return "restart";
    case Primitive::power_loss:
      return "power-loss";
    case Primitive::clock_step:
      return "clock-step";
    case Primitive::clock_rate:
      return "clock-rate";
    case Primitive::clock_reset:
      return "clock-reset";
    case Primitive::disk_slow:
      return "disk-slow";
    case Primitive::disk_full:
      return "disk-full";
    case Primitive::disk_error:
      return "disk-error";
    case Primitive::disk_lie:
      return "disk-lie";
    case Primitive::disk_corrupt:
      return "disk-corrupt";
    case Primitive::disk_heal:
      return "disk-heal";
    case Primitive::member_add:
      return "member-add";
    case Primitive::member_remove:
      return "member-remove";
    case Primitive::promote:
      return "promote";
  }
  return "unknown";
}

}  // namespace tribunal::cluster
