#include "programs/diagnosis/secrets.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(BlankSecretKeys, ValuesGo) {
  EXPECT_EQ(BlankSecretKeys("  secret: 00112233\n  workers: 2\n"), "  secret: ***\n  workers: 2\n");
  EXPECT_EQ(BlankSecretKeys("cookie: {secret: 0011, epoch: 64s}"),
            "cookie: {secret: ***, epoch: 64s}");
  EXPECT_EQ(BlankSecretKeys("api_token: \"a, b\"\nPassword: 'x y' # mine"),
            "api_token: ***\nPassword: *** # mine");
  EXPECT_EQ(BlankSecretKeys(R"({"token": "abc", "x": 1})"), R"({"token": ***, "x": 1})");
}

TEST(BlankSecretKeys, PathsAndFlagsStay) {
  for (const char* text :
       {"secret_file: /etc/synsplice/secret\n", "token_file: \"/etc/synsplice/token\"\n",
        "shared_secret: true\n", "wrong_cookie: silent\n", "secret:\n", "secret: {a: b}\n", ""}) {
    EXPECT_EQ(BlankSecretKeys(text), text);
  }
}

TEST(BlankSecretKeys, LongLinesGo) {
  const std::string line = "x: " + std::string(2045, 'y');
  EXPECT_EQ(BlankSecretKeys(line + "\n" + line + "y\nz: 1"), line + "\n***\nz: 1");
}

TEST(WithoutSecrets, InAnyPlaceAndCase) {
  EXPECT_EQ(WithoutSecrets("a 0123456789abcdef b 0123456789ABCDEF", {"0123456789abcdef", ""}),
            "a *** b ***");
  EXPECT_EQ(WithoutSecrets("a b", {"a"}), "a b");
  EXPECT_EQ(WithoutSecrets("********", {"********"}), "***");
}

TEST(SecretIn, AFileThatIsNotThereHasNone) { EXPECT_EQ(SecretIn("/nonexistent"), ""); }

}  // namespace
}  // namespace synsplice
