// The network between nodes: directed links that delay, lose, duplicate, reorder, throttle and cut.
// It only decides when messages arrive; it holds none. Without faults a link is first-in-first-out,
// as TCP is.
#pragma once

#include <array>
#include <cassert>
#include <cstdint>
#include <vector>

#include "base/choices.h"
#include "base/ids.h"
#include "cluster/cluster.h"
#include "cluster/latency.h"

namespace tribunal::cluster {

// The draws of one message, keyed by (seed, directed link, send time, ordinal within that instant):
// no other message, fault or operation can shift them.
class MessageDraws {
 public:
  explicit MessageDraws(std::uint64_t key) : key_(key) {}
  std::uint64_t bits(Site site) const { return combine(key_, site.hash); }
  std::uint64_t below(Site site, std::uint64_t bound) const {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits(site)) * bound) >> 64);
  }
  bool chance(Site site, std::uint32_t ppm) const {
    return ppm != 0 && below(site, 1'000'000) < ppm;
  }

 private:
  std::uint64_t key_;
};

class Network {
 public:
  // A throttled link that would hold a message back for longer than this drops it (a full buffer).
  static constexpr Duration longest_backlog = seconds(2);

  // When the copies of one message arrive: none (lost), one, or two (duplicated).
  struct Arrivals {
    std::uint8_t count = 0;
    std::array<Time, 2> at{};
  };

  Network(std::uint16_t nodes, std::uint64_t seed, const LatencyProfile& latency);

  // A message of `bytes` leaves now. `data`: it carries records to be stored.
  Arrivals send(NodeId from, NodeId to, Time now, std::uint64_t bytes, bool data);
  // Decided again on arrival: a cut also loses what is on its way, as a packet filter at the
  // receiver does.
  bool cut(NodeId from, NodeId to) const { return link(from, to).cut; }

  // From a client to a node or back. Clients have their own cables: no fault between nodes touches
  // them.
  Duration client_latency(ClientId client, NodeId node, bool to_node, Time now) const;

  // The cables of clients to one node are cut for requests, or for replies.
  bool client_cut(NodeId node, bool to_node) const {
    const ClientCut& cut = client_cuts_[index(node)];
    return to_node ? cut.requests : cut.replies;
  }
  void cut_clients(NodeId node, bool to_node) {
    ClientCut& cut = client_cuts_[index(node)];
    (to_node ? cut.requests : cut.replies) = true;
  }
  void mend_clients(NodeId node) { client_cuts_[index(node)] = {}; }

  void set_cut(NodeId from, NodeId to) { link(from, to).cut = true; }
  void set_shape(NodeId from, NodeId to, const LinkShape& shape) { link(from, to).shape = shape; }
  void mend(NodeId from, NodeId to);

 private:
  struct Link {
    std::uint64_t key = 0;
    bool cut = false;
    LinkShape shape{};
    Time last_arrival{};         // nothing in order arrives before it
    Time free_at{};              // when a throttled link has sent everything before
    Time instant = Time::min();  // of the last message, and
    std::uint64_t ordinal = 0;   // how many were sent in that instant
  };
  Link& link(NodeId from, NodeId to) { return links_[at(from, to)]; }
  const Link& link(NodeId from, NodeId to) const { return links_[at(from, to)]; }
  std::size_t at(NodeId from, NodeId to) const {
    assert(index(from) < nodes_);
    assert(index(to) < nodes_);
    return std::size_t{index(from)} * nodes_ + index(to);
  }
  MessageDraws draws(Link& link, Time now) const;

  std::uint16_t nodes_;
  std::uint64_t seed_;
  LatencyProfile latency_;
  std::vector<Link> links_;
  struct ClientCut {
    bool requests = false;
    bool replies = false;
  };
  std::vector<ClientCut> client_cuts_;  // by node
};

}  // namespace tribunal::cluster
