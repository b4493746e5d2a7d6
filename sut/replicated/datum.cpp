// Applying, merging and reading one object.
#include "sut/replicated/datum.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace tribunal::sut::replicated {

static_assert(lists_every_field<Actor>() && lists_every_field<Dot>() && lists_every_field<Stamp>());
static_assert(lists_every_field<Value>() && lists_every_field<Row>() &&
              lists_every_field<Update>());

Datum::Form Datum::form() const {
  switch (policy_) {
    case Policy::lww:
    case Policy::priority:
      return Form::latest;
    case Policy::siblings:
      return Form::side_by_side;
    case Policy::crdt:
    case Policy::crdt_max:
      if (type_ == Type::set) return Form::add_wins;
      return type_ == Type::counter ? Form::rows : Form::latest;
  }
  return Form::latest;
}

// A total order for each policy, since stamps are unique.
bool Datum::precedes(const Version& a, const Version& b) const {
  if (policy_ == Policy::priority && a.stamp.dot.actor.node != b.stamp.dot.actor.node) {
    return a.stamp.dot.actor.node < b.stamp.dot.actor.node;
  }
  if (policy_ == Policy::crdt_max && type_ == Type::reg && a.value->number != b.value->number) {
    return a.value->number < b.value->number;
  }
  return a.stamp < b.stamp;
}

bool Datum::apply(const Update& update) {
  const bool known = context_.covers(update.dot);
  const Dot& dot = update.dot;
  switch (form()) {
    case Form::latest:
      insert_version({update.stamp, update.value});
      break;
    case Form::side_by_side:
      std::erase_if(versions_,
                    [&](const Version& v) { return update.context.covers(v.stamp.dot); });
      if (!known) insert_version({update.stamp, update.value});
      break;
    case Form::add_wins: {
      std::erase_if(members_, [&](const Member& m) { return update.context.covers(m.dot); });
      const bool adds = update.command.kind != CommandKind::remove;
      if (adds && !known) insert_member({update.command.a, dot});
      if (update.command.kind == CommandKind::fenced_add) {
        token_ = std::max(token_, update.command.b);
      }
      break;
    }
    case Form::rows:
      raise_row(update.row);
      break;
  }
  context_.merge(update.context);
  context_.raise(dot);
  return !known;
}

void Datum::insert_version(const Version& version) {
  if (form() == Form::latest) {
    if (versions_.empty()) {
      versions_.push_back(version);
    } else if (precedes(versions_.front(), version)) {
      versions_.front() = version;
    }
    return;
  }
  const auto place =
      std::lower_bound(versions_.begin(), versions_.end(), version.stamp.dot,
                       [](const Version& v, const Dot& dot) { return v.stamp.dot < dot; });
  if (place == versions_.end() || place->stamp.dot != version.stamp.dot) {
    versions_.insert(place, version);
  }
}

void Datum::insert_member(const Member& member) {
  const auto place = std::lower_bound(members_.begin(), members_.end(), member);
  if (place == members_.end() || *place != member) members_.insert(place, member);
}

void Datum::raise_row(const Row& row) {
  const auto place =
      std::lower_bound(rows_.begin(), rows_.end(), row.actor,
                       [](const Row& r, const Actor& actor) { return r.actor < actor; });
  if (place == rows_.end() || place->actor != row.actor) {
    rows_.insert(place, row);
  } else {
    place->plus = std::max(place->plus, row.plus);
    place->minus = std::max(place->minus, row.minus);
  }
}

bool Datum::merge(const Datum& other) {
  assert(policy_ == other.policy_ && type_ == other.type_);
  if (*this == other || other.empty()) return false;
  const Datum before = *this;
  merge_versions(other);
  merge_members(other);
  for (const Row& row : other.rows_) raise_row(row);
  token_ = std::max(token_, other.token_);
  context_.merge(other.context_);
  return !(*this == before);
}

// Side by side: a version stays if both have it, or if the one that lacks it has not heard of it.
void Datum::merge_versions(const Datum& other) {
  if (form() == Form::side_by_side) {
    const auto has = [](const Datum& datum, const Dot& dot) {
      return std::any_of(datum.versions_.begin(), datum.versions_.end(),
                         [&](const Version& v) { return v.stamp.dot == dot; });
    };
    std::erase_if(versions_, [&](const Version& v) {
      return other.context_.covers(v.stamp.dot) && !has(other, v.stamp.dot);
    });
  }
  for (const Version& version : other.versions_) {
    if (form() == Form::latest || !context_.covers(version.stamp.dot)) insert_version(version);
  }
}

void Datum::merge_members(const Datum& other) {
  std::vector<Member> merged;
  merged.reserve(std::max(members_.size(), other.members_.size()));
  auto a = members_.begin();
  auto b = other.members_.begin();
  while (a != members_.end() || b != other.members_.end()) {
    if (b == other.members_.end() || (a != members_.end() && *a < *b)) {
      if (!other.context_.covers(a->dot)) merged.push_back(*a);
      ++a;
    } else if (a == members_.end() || *b < *a) {
      if (!context_.covers(b->dot)) merged.push_back(*b);
      ++b;
    } else {
      merged.push_back(*a);
      ++a;
      ++b;
    }
  }
  members_ = std::move(merged);
}

Reply Datum::read(const Command& command) const {
  assert(is_read(command.kind) && type_of(command.kind) == type_);
  static_cast<void>(command);
  Reply reply = resolved().read();
  if (type_ == Type::reg && versions_.size() > 1) {
    std::vector<std::int64_t> values = siblings();
    if (values.size() > 1) reply.elements = std::move(values);
  }
  if (!empty()) reply.context = encode({context_, newest()});
  return reply;
}

// A client knows its own write and what it was shown before; not what others wrote meanwhile. When
// its write is all that is left, though, everything this copy reflects came before it. Of one
// node's single dots the last is enough: it came with the knowledge of those before.
Context Datum::written(const Update& update, const Token& client) const {
  Token token = client;
  const bool alone = form() == Form::side_by_side && versions_.size() == 1 &&
                     versions_.front().stamp.dot == update.dot;
  const bool read_first = update.command.kind != CommandKind::write;
  if (alone || read_first) {
    token.seen = context_;
  } else {
    CausalContext seen;
    for (const Dot& dot : client.seen.vector()) seen.raise(dot);
    for (const Dot& dot : client.seen.singles()) {
      if (dot.actor != update.dot.actor) seen.add(dot);
    }
    seen.add(update.dot);
    token.seen = std::move(seen);
  }
  token.floor = std::max(token.floor, update.stamp);
  return encode(token);
}

Stamp Datum::newest() const {
  Stamp newest;
  for (const Version& version : versions_) newest = std::max(newest, version.stamp);
  return newest;
}

bool Datum::shown_to(const Token& client) const {
  return std::all_of(versions_.begin(), versions_.end(),
                     [&](const Version& v) { return client.seen.covers(v.stamp.dot); });
}

std::vector<std::int64_t> Datum::siblings() const {
  std::vector<std::int64_t> values;
  if (type_ != Type::reg) return values;
  for (const Version& version : versions_) values.push_back(version.value->number);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

Value Datum::resolved() const {
  Value value;
  value.type = type_;
  if (form() == Form::add_wins) {
    value.token = token_;
    for (const Member& member : members_) {
      if (value.items.empty() || value.items.back() != member.element) {
        value.items.push_back(member.element);
      }
    }
    return value;
  }
  if (form() == Form::rows) {
    for (const Row& row : rows_) {
      value.number = wrapping_add(value.number, static_cast<std::int64_t>(row.plus - row.minus));
    }
    return value;
  }
  std::vector<const Version*> by_time;
  for (const Version& version : versions_) by_time.push_back(&version);
  std::sort(by_time.begin(), by_time.end(),
            [](const Version* a, const Version* b) { return a->stamp < b->stamp; });
  if (by_time.empty()) return value;
  if (by_time.size() == 1) return *by_time.front()->value;
  const Value& last = *by_time.back()->value;
  value.present = last.present;
  value.number = last.number;
  value.ends = last.ends;
  for (const Version* version : by_time) {
    const Value& one = *version->value;
    value.token = std::max(value.token, one.token);
    if (type_ == Type::counter) value.number = std::max(value.number, one.number);
    if (type_ == Type::set) {
      value.items.insert(value.items.end(), one.items.begin(), one.items.end());
      continue;
    }
    for (const std::int64_t item : one.items) {
      if (std::find(value.items.begin(), value.items.end(), item) == value.items.end()) {
        value.items.push_back(item);
      }
    }
  }
  if (type_ == Type::set) {
    std::sort(value.items.begin(), value.items.end());
    value.items.erase(std::unique(value.items.begin(), value.items.end()), value.items.end());
  }
  return value;
}

bool Datum::empty() const { return context_.empty(); }

bool Datum::blank() const {
  switch (form()) {
    case Form::add_wins:
      return members_.empty();
    case Form::rows:
      return rows_.empty();
    case Form::latest:
    case Form::side_by_side:
      return std::all_of(versions_.begin(), versions_.end(),
                         [](const Version& v) { return v.value->blank(); });
  }
  return true;
}

std::uint64_t Update::wire_bytes() const {
  return 96 + context.wire_bytes() + (value ? value->wire_bytes() : 0);
}

std::uint64_t Datum::wire_bytes() const {
  std::uint64_t bytes =
      16 + context_.wire_bytes() + members_.size() * sizeof(Member) + rows_.size() * sizeof(Row);
  for (const Version& version : versions_) bytes += sizeof(Stamp) + version.value->wire_bytes();
  return bytes;
}

Content Datum::content(std::uint64_t key) const {
  if (type_ == Type::reg && versions_.size() > 1) return {CommandKind::read, key, siblings()};
  return resolved().content(key);
}

}  // namespace tribunal::sut::replicated
