// The document, the partition into keys and what is answered, case by case.
#include "verify/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history/files.h"
#include "tests/verify/edn.h"
#include "tests/verify/proof_text.h"

namespace tribunal::verify::test {
namespace {

using testing::HasSubstr;

// write 1 is over before read 1 begins.
History write_then_read(const std::string& seen = "1") {
  return edn(R"({:process 0, :type :invoke, :f :write, :value 1}
                {:process 0, :type :ok, :f :write, :value 1}
                {:process 1, :type :invoke, :f :read, :value nil}
                {:process 1, :type :ok, :f :read, :value )" +
             seen + "}");
}

std::string handwritten(const std::string& hash) {
  const std::string open = "{";
  const std::string before =
      R"("claim":"linearizable","failed_cas":"ignore","format":"tribunal-proof","history":{"events":4,"hash":")" +
      hash +
      R"("},"initial":"nil","keys":[{"key":null,"order":[0,2],"valid":true}],"model":"register","nil_read":"value",)";
  const std::string after = R"("valid":true,"version":1})";
  return open + before + R"("seal":")" + seal_of(open + before + after) + R"(",)" + after;
}

TEST(VerifyProof, AcceptsALinearizationThatWasWrittenByHand) {
  const History history = write_then_read();
  const Report report = verify_proof(history, handwritten(hex(history.content_hash())));
  EXPECT_EQ(report.finding, Finding::accepted) << report.reason;
  EXPECT_EQ(report.reason, "");
  EXPECT_EQ(report.claim, "valid");
  EXPECT_EQ(report.keys, 1U);
  EXPECT_EQ(report.operations, 2U);
}

TEST(VerifyProof, TakesWhiteSpaceAndTheOrderOfFieldsAsMeaningless) {
  const History history = write_then_read();
  const Json document = Json::parse(handwritten(hex(history.content_hash())));
  EXPECT_EQ(verify_proof(history, document.dump(4)).finding, Finding::accepted);
  std::string reversed;
  for (const auto& [name, value] : document.items()) {
    reversed = Json(name).dump() + ":" + value.dump() + (reversed.empty() ? "" : ",") + reversed;
  }
  EXPECT_EQ(verify_proof(history, "{" + reversed + "}\n").finding, Finding::accepted);
}

TEST(VerifyProof, SealsTextBeyondAsciiInItsEscapedForm) {
  const History history = edn(R"({:process 0, :type :invoke, :f :write, :value 1, :key "ü€𝄞"})");
  const Json keys = Json::array({valid_key("\"ü€𝄞\"", {})});
  EXPECT_EQ(verify_proof(history, sealed(document(history, {}, keys))).finding, Finding::accepted);
}

std::string rejection(const History& history, std::string_view proof) {
  const Report report = verify_proof(history, proof);
  EXPECT_EQ(report.finding, Finding::rejected) << proof.substr(0, 200);
  EXPECT_EQ(report.reason.find('\n'), std::string::npos) << report.reason;
  EXPECT_LT(report.reason.size(), 400U) << report.reason;
  return report.reason;
}

TEST(VerifyProof, RejectsTextThatIsNoProofWithOneSentence) {
  const History history = write_then_read();
  const std::string deep(1'000'000, '[');
  const std::string good = handwritten(hex(history.content_hash()));
  EXPECT_THAT(rejection(history, ""), HasSubstr("not JSON"));
  EXPECT_THAT(rejection(history, "\xff\xfe\x00\x01"), HasSubstr("not JSON"));
  EXPECT_THAT(rejection(history, "{\"a\":\"\xc3\"}"), HasSubstr("not JSON"));
  EXPECT_THAT(rejection(history, "null"), HasSubstr("expected an object, found null"));
  EXPECT_THAT(rejection(history, "[1,2]"), HasSubstr("expected an object"));
  EXPECT_THAT(rejection(history, "17"), HasSubstr("expected an object, found 17"));
  EXPECT_THAT(rejection(history, "{}"), HasSubstr("the key 'format' is missing"));
  EXPECT_THAT(rejection(history, deep), HasSubstr("nesting"));
  EXPECT_THAT(rejection(history, "{\"a\":" + deep), HasSubstr("nesting"));
  EXPECT_THAT(rejection(history, "{\"a\":1,\"a\":1}"), HasSubstr("occurs twice"));
  EXPECT_THAT(rejection(history, "{\"a\":1.5}"), HasSubstr("integer"));
  EXPECT_THAT(rejection(history, "{\"a\":1e999999}"), HasSubstr("not JSON"));
  EXPECT_THAT(rejection(history, "{\"a\":123456789012345678901234567890}"), HasSubstr("integer"));
  EXPECT_THAT(rejection(history, good + std::string(1, '\0')), HasSubstr("NUL"));
  EXPECT_THAT(rejection(history, good + "{"), HasSubstr("not JSON"));
  EXPECT_THAT(rejection(history, good.substr(0, good.size() - 1)), HasSubstr("not JSON"));
  EXPECT_THAT(rejection(history, "{\"format\":\"" + std::string(5'000'000, 'x') + "\"}"),
              HasSubstr("missing"));
}

TEST(VerifyProof, NamesTheFieldThatIsWrong) {
  const History history = write_then_read();
  const Json good = Json::parse(handwritten(hex(history.content_hash())));
  const auto with = [&](const char* pointer, const Json& value) {
    Json changed = good;
    changed[Json::json_pointer(pointer)] = value;
    return rejection(history, sealed(changed));
  };
  EXPECT_THAT(with("/format", "x"), HasSubstr("format: expected \"tribunal-proof\", found \"x\""));
  EXPECT_THAT(with("/version", 2), HasSubstr("version: expected 1, found 2"));
  EXPECT_THAT(with("/history/events", 5), HasSubstr("5 events, this one has 4"));
  EXPECT_THAT(with("/history/hash", "0000000000000000"), HasSubstr("another history"));
  EXPECT_THAT(with("/history/hash", "12"), HasSubstr("hash: expected 16 hex digits"));
  EXPECT_THAT(with("/model", "regster"), HasSubstr("did you mean 'register'"));
  EXPECT_THAT(with("/initial", "1 2"), HasSubstr("initial: expected one EDN value"));
  EXPECT_THAT(with("/initial", "1, :f :y"), HasSubstr("initial: expected one EDN value"));
  EXPECT_THAT(with("/initial", "1) :process (2"), HasSubstr("initial: expected one EDN value"));
  EXPECT_THAT(with("/initial", std::string(100'000, '[')), HasSubstr("initial"));
  EXPECT_THAT(with("/failed_cas", true),
              HasSubstr("failed_cas: expected \"ignore\" or \"observe\""));
  EXPECT_THAT(with("/valid", false), HasSubstr("claims invalid, but its keys add up to valid"));
  EXPECT_THAT(with("/keys", Json::array()), HasSubstr("expected 1 keys"));
  EXPECT_THAT(with("/keys/0/key", "nil"),
              HasSubstr("expected operations without a key, found key nil"));
  EXPECT_THAT(with("/keys/0/order/0", -1),
              HasSubstr("keys[0].order: expected the index of an event"));
  EXPECT_THAT(with("/keys/0/order/0", 4'294'967'295U), HasSubstr("the index of an event"));
  EXPECT_THAT(with("/keys/0/order/0", 1), HasSubstr("event 1 is not the invocation"));
  EXPECT_THAT(with("/keys/0/order", Json::array({2, 0})), HasSubstr("operation 2 stands before"));
  EXPECT_THAT(with("/keys/0/order", Json::array({0})), HasSubstr("operation 2 is missing"));
  EXPECT_THAT(with("/keys/0/order", Json::array({0, 2, 0})), HasSubstr("occurs twice"));
}

TEST(VerifyProof, SaysWhatTheStateWasWhereAReadIsWrong) {
  const History history = write_then_read("2");
  const std::string proof =
      sealed(document(history, {}, Json::array({valid_key(nullptr, {0, 2})})));
  EXPECT_EQ(
      rejection(history, proof),
      "operations without a key: operation 2 is not possible at its place in the order: it needs 2 "
      "where the value is 1");
}

TEST(VerifyProof, AcceptsAnEmptyHistoryWithoutKeys) {
  const History history;
  EXPECT_EQ(verify_proof(history, sealed(document(history, {}, Json::array()))).finding,
            Finding::accepted);
  const Json one = Json::array({valid_key(nullptr, {})});
  EXPECT_EQ(verify_proof(history, sealed(document(history, {}, one))).finding, Finding::rejected);
}

TEST(VerifyProof, TellsOperationsWithoutAKeyFromThoseOnKeyNil) {
  const History history = edn(R"({:process 0, :type :invoke, :f :write, :value 1, :key nil}
                                 {:process 1, :type :invoke, :f :write, :value 1}
                                 {:process 2, :type :invoke, :f :write, :value 1, :key nil})");
  const Json right = Json::array({valid_key("nil", {0}), valid_key(nullptr, {1})});
  const Json wrong = Json::array({valid_key(nullptr, {1}), valid_key("nil", {0})});
  EXPECT_EQ(verify_proof(history, sealed(document(history, {}, right))).finding, Finding::accepted);
  EXPECT_EQ(verify_proof(history, sealed(document(history, {}, wrong))).finding, Finding::rejected);
}

// Key :a is impossible (read 2 after write 1), key :b cannot be decided within a step.
History two_keys() {
  return edn(R"({:process 0, :type :invoke, :f :write, :value 1, :key :a}
                {:process 0, :type :ok, :f :write, :value 1, :key :a}
                {:process 0, :type :invoke, :f :read, :value nil, :key :a}
                {:process 0, :type :ok, :f :read, :value 2, :key :a}
                {:process 0, :type :invoke, :f :write, :value 1, :key :b})");
}

TEST(VerifyProof, AnswersUndecidedWithTheReasonOfAnUnknownClaim) {
  const History history = two_keys();
  const Json keys = Json::array({unknown_key(":a", "out of time"), valid_key(":b", {})});
  const Report report = verify_proof(history, sealed(document(history, {}, keys)));
  EXPECT_EQ(report.finding, Finding::undecided);
  EXPECT_EQ(report.claim, "unknown");
  EXPECT_EQ(report.reason, "key :a: out of time");
}

TEST(VerifyProof, NeedsNoVerdictOnOtherKeysOfAnInvalidHistory) {
  const History history = two_keys();
  const Json keys = Json::array({invalid_key(":a", {2}, true), unknown_key(":b", "out of time")});
  const Report report = verify_proof(history, sealed(document(history, {}, keys)));
  EXPECT_EQ(report.finding, Finding::accepted) << report.reason;
  EXPECT_EQ(report.claim, "invalid");
  EXPECT_EQ(report.keys, 1U);
}

TEST(VerifyProof, AnswersUndecidedWhenTheSearchTakesTooManySteps) {
  const History history = two_keys();
  const Json keys = Json::array({invalid_key(":a", {0, 2}, false), valid_key(":b", {})});
  const std::string proof = sealed(document(history, {}, keys));
  EXPECT_EQ(verify_proof(history, proof).finding, Finding::accepted);
  const Report report = verify_proof(history, proof, 1);
  EXPECT_EQ(report.finding, Finding::undecided);
  EXPECT_THAT(report.reason, HasSubstr("key :a: the search exceeds 1 steps"));
}

TEST(VerifyProof, RejectsCoresThatAreNotAscendingOrNotOfTheKey) {
  const History history = two_keys();
  const auto reason = [&](const std::vector<std::uint32_t>& core) {
    const Json keys = Json::array({invalid_key(":a", core, false), valid_key(":b", {})});
    return rejection(history, sealed(document(history, {}, keys)));
  };
  EXPECT_THAT(reason({2, 0}), HasSubstr("expected ascending indices, found 2 before 0"));
  EXPECT_THAT(reason({2, 2}), HasSubstr("ascending"));
  EXPECT_THAT(reason({2, 4}), HasSubstr("event 4 of the core is not the invocation"));
  EXPECT_THAT(reason({2, 3}), HasSubstr("event 3"));
  EXPECT_THAT(reason({2, 77}), HasSubstr("event 77"));
  EXPECT_THAT(reason({}), HasSubstr("can be put in order"));
  EXPECT_THAT(reason({0}), HasSubstr("can be put in order"));
}

}  // namespace
}  // namespace tribunal::verify::test
