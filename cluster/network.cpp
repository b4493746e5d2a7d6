// Arrival times of messages.
#include "cluster/network.h"

#include <algorithm>

namespace tribunal::cluster {
namespace {

std::uint64_t bits_of(Time t) { return static_cast<std::uint64_t>(t.count()); }

Duration sample(const Latency& latency, const MessageDraws& draws, Site which, Site quantile) {
  return latency.sample(draws.bits(which), draws.bits(quantile));
}

// Waits for its turn on a throttled link. Returns false when the buffer is full.
bool take_turn(Time& free_at, Time& departure, std::uint64_t bytes,
               std::uint32_t bytes_per_second) {
  const auto transmission =
      static_cast<unsigned __int128>(bytes) * 1'000'000'000 / bytes_per_second;
  const auto longest = static_cast<unsigned __int128>(Network::longest_backlog.count());
  const Time start = std::max(departure, free_at);
  if (start - departure > Network::longest_backlog || transmission > longest) return false;
  free_at = start + Duration{static_cast<std::int64_t>(transmission)};
  departure = free_at;
  return true;
}

}  // namespace

Network::Network(std::uint16_t nodes, std::uint64_t seed, const LatencyProfile& latency)
    : nodes_(nodes), seed_(combine(seed, "network"_site.hash)), latency_(latency) {
  client_cuts_.resize(nodes);
  links_.resize(std::size_t{nodes} * nodes);
  for (std::size_t i = 0; i < links_.size(); ++i) links_[i].key = combine(seed_, i);
}

MessageDraws Network::draws(Link& link, Time now) const {
  if (link.instant != now) {
    link.instant = now;
    link.ordinal = 0;
  }
  return MessageDraws(combine(combine(link.key, bits_of(now)), link.ordinal++));
}

Network::Arrivals Network::send(NodeId from, NodeId to, Time now, std::uint64_t bytes, bool data) {
  Link& l = link(from, to);
  const MessageDraws d = draws(l, now);
  const LinkShape& shape = l.shape;
  if (l.cut || d.chance("loss"_site, shape.loss_ppm)) return {};
  Time departure = now;
  if (shape.bytes_per_second != 0 &&
      !take_turn(l.free_at, departure, bytes, shape.bytes_per_second)) {
    return {};
  }

  const Latency& latency = data ? latency_.data_messages : latency_.messages;
  departure += shape.delay;
  Arrivals arrivals{1, {departure + sample(latency, d, "part"_site, "latency"_site), Time{}}};
  if (d.chance("reorder"_site, shape.reorder_ppm)) {
    // Held back while later messages overtake it: it neither waits in line nor makes others wait.
    const auto window = static_cast<std::uint64_t>(shape.reorder_window.count());
    arrivals.at[0] += Duration{static_cast<std::int64_t>(d.below("hold"_site, window + 1))};
  } else {
    arrivals.at[0] = std::max(arrivals.at[0], l.last_arrival);
    l.last_arrival = arrivals.at[0];
  }
  if (d.chance("duplicate"_site, shape.duplicate_ppm)) {
    arrivals.count = 2;
    arrivals.at[1] = arrivals.at[0] + sample(latency, d, "copy-part"_site, "copy-latency"_site);
  }
  return arrivals;
}

Duration Network::client_latency(ClientId client, NodeId node, bool to_node, Time now) const {
  const std::uint64_t direction = to_node ? "to-node"_site.hash : "to-client"_site.hash;
  const std::uint64_t ends = (std::uint64_t{index(client)} << 16) | index(node);
  const MessageDraws d(combine(combine(combine(seed_, direction), ends), bits_of(now)));
  return sample(latency_.clients, d, "part"_site, "latency"_site);
}

void Network::mend(NodeId from, NodeId to) {
  Link& l = link(from, to);
  l.cut = false;
  l.shape = LinkShape{};
  l.free_at = Time{};
}

}  // namespace tribunal::cluster
