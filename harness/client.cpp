#include "harness/client.h"

#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace tribunal::harness {
namespace {

Result<std::int64_t> integer_of(const history::Value& value, const std::string& f) {
  if (!value.is_integer()) {
    return fail(fmt::format("operation {}: expected an integer, found {}", f, value.show()));
  }
  return value.as_integer();
}

Result<std::uint64_t> key_of(const workloads::Op& op) {
  if (!op.has_key) return std::uint64_t{0};
  const auto key = integer_of(op.key, op.f);
  if (!key) return Failure{key.error()};
  return static_cast<std::uint64_t>(*key);
}

sut::CommandKind read_kind(workloads::Reads reads) {
  switch (reads) {
    case workloads::Reads::members:
      return sut::CommandKind::members;
    case workloads::Reads::count:
      return sut::CommandKind::count;
    case workloads::Reads::value:
      break;
  }
  return sut::CommandKind::read;
}

// [a b], two integers; the first of a compare-and-set may be nil.
Status take_pair(const workloads::Op& op, const char* expected, sut::Command& command) {
  if (!op.value.is_sequence() || op.value.items().size() != 2) {
    return fail(
        fmt::format("operation {}: expected {}, found {}", op.f, expected, op.value.show()));
  }
  const history::Value& first = op.value.items()[0];
  if (op.f == "cas" && first.is_nil()) {
    command.a = sut::never_written;
  } else {
    const auto a = integer_of(first, op.f);
    if (!a) return Failure{a.error()};
    command.a = *a;
  }
  const auto b = integer_of(op.value.items()[1], op.f);
  if (!b) return Failure{b.error()};
  command.b = *b;
  return {};
}

// Whoever asks is the owner; the value is the lease, or nil for ever.
Status take_lock(const workloads::Op& op, sut::Command& command) {
  command.a = history::index(op.process);
  if (op.value.is_nil()) return {};
  if (op.value.kind() != history::Value::Kind::string) {
    return fail(fmt::format("operation {}: expected a duration such as \"1s\", found {}", op.f,
                            op.value.show()));
  }
  const auto lease = parse_duration(op.value.text());
  if (!lease) return Failure{lease.error()};
  command.b = lease->count();
  return {};
}

using Kind = sut::CommandKind;
const char* name_of_read(Kind kind) {
  switch (kind) {
    case Kind::members:
      return "members";
    case Kind::count:
      return "count";
    case Kind::dequeue:
      return "dequeue";
    case Kind::acquire:
      return "acquire";
    default:
      return "read";
  }
}

enum class Shape { none, integer, pair, lock };
struct Spelling {
  const char* f;
  Kind kind;
  Shape shape;  // of the value
};
constexpr Spelling spellings[] = {
    {"write", Kind::write, Shape::integer},         {"add", Kind::add, Shape::integer},
    {"remove", Kind::remove, Shape::integer},       {"cas", Kind::cas, Shape::pair},
    {"increment", Kind::increment, Shape::integer}, {"next_id", Kind::next_id, Shape::none},
    {"enqueue", Kind::enqueue, Shape::integer},     {"dequeue", Kind::dequeue, Shape::none},
    {"acquire", Kind::acquire, Shape::lock},        {"release", Kind::release, Shape::lock},
};

Status take_value(const workloads::Op& op, Shape shape, sut::Command& command) {
  if (shape == Shape::pair) return take_pair(op, "[from to]", command);
  if (shape == Shape::lock) return take_lock(op, command);
  if (shape == Shape::none) return {};
  const auto value = integer_of(op.value, op.f);
  if (!value) return Failure{value.error()};
  command.a = *value;
  return {};
}

}  // namespace

Result<sut::Command> to_command(const workloads::Op& op, workloads::Reads reads) {
  const auto key = key_of(op);
  if (!key) return Failure{key.error()};
  sut::Command command;
  command.key = *key;
  if (op.f == "read") {
    command.kind = read_kind(reads);
    return command;
  }
  if (op.f == "add" && op.value.is_sequence()) {  // under a lock: the fencing token comes with it
    command.kind = Kind::fenced_add;
    if (auto status = take_pair(op, "[element token]", command); !status)
      return Failure{status.error()};
    return command;
  }
  for (const Spelling& spelling : spellings) {
    if (op.f != spelling.f) continue;
    command.kind = spelling.kind;
    if (auto status = take_value(op, spelling.shape, command); !status)
      return Failure{status.error()};
    return command;
  }
  return fail(fmt::format("the store knows no operation '{}'", op.f));
}

history::Value completed_value(const workloads::Op& op, const sut::Command& command,
                               const cluster::Completion& completion) {
  if (completion.outcome != cluster::Outcome::ok) return op.value;
  switch (command.kind) {
    case Kind::read:
    case Kind::count:
    case Kind::next_id:
    case Kind::dequeue:
    case Kind::acquire:
      return completion.reply.value ? history::Value::integer(*completion.reply.value)
                                    : history::Value();
    case Kind::members: {
      std::vector<history::Value> elements;
      elements.reserve(completion.reply.elements.size());
      for (std::int64_t element : completion.reply.elements) {
        elements.push_back(history::Value::integer(element));
      }
      return history::Value::set(std::move(elements));
    }
    default:
      return op.value;
  }
}

history::Value contents_value(const std::vector<sut::Content>& contents,
                              const std::vector<sut::Content>& elsewhere) {
  std::vector<history::Value> objects;
  const auto name = [](const sut::Content& content) {
    return history::Value::pair(history::Value::keyword(name_of_read(content.read)),
                                history::Value::integer(static_cast<std::int64_t>(content.key)));
  };
  for (const sut::Content& content : contents) {
    objects.push_back(name(content));
    std::vector<history::Value> values;
    for (const std::int64_t value : content.values)
      values.push_back(history::Value::integer(value));
    objects.push_back(history::Value::vector(std::move(values)));
  }
  for (const sut::Content& content : elsewhere) {
    objects.push_back(name(content));
    objects.push_back(history::Value::keyword("elsewhere"));
  }
  return history::Value::map(std::move(objects));
}

}  // namespace tribunal::harness
