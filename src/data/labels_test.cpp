#include "tealight/data/labels.h"

#include <gtest/gtest.h>

namespace tealight {

TEST(Labels, TablesHaveTheirDataSetsSizes) {
  EXPECT_EQ(labels("imagenet").size(), 1000u);
  EXPECT_EQ(labels("coco").size(), 80u);
  EXPECT_EQ(labels("coco91").size(), 91u);
  EXPECT_EQ(labels("voc").size(), 21u);
  EXPECT_EQ(labels("kinetics400").size(), 400u);
  EXPECT_EQ(label_tables().size(), 5u);
}

TEST(Labels, NamesStandAtTheirClassNumbers) {
  EXPECT_EQ(labels("imagenet")[281], "tabby");
  EXPECT_EQ(labels("imagenet")[999], "toilet tissue");
  EXPECT_EQ(labels("coco")[0], "person");
  EXPECT_EQ(labels("coco")[79], "toothbrush");
  EXPECT_EQ(labels("coco91")[90], "toothbrush");
  EXPECT_EQ(labels("voc")[15], "person");
  EXPECT_EQ(labels("kinetics400")[0], "abseiling");
}

TEST(Labels, UnknownTableIsEmpty) { EXPECT_TRUE(labels("cifar10").empty()); }

}  // namespace tealight
