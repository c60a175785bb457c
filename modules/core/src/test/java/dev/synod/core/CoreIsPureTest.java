package dev.synod.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;

/** The same inputs give the same effects, on every machine: what {@code core} must not touch. */
@AnalyzeClasses(packages = "dev.synod.core", importOptions = DoNotIncludeTests.class)
class CoreIsPureTest {
  @ArchTest
  static final ArchRule knowsQuorumsAndNothingElseOfTheWorld =
      classes()
          .that()
          .resideInAPackage("dev.synod.core..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "dev.synod.core..",
              "dev.synod.quorum",
              "java.lang",
              "java.lang.annotation",
              "java.lang.invoke",
              "java.lang.runtime",
              "java.util",
              "java.util.function",
              "java.util.stream",
              "java.nio",
              "java.nio.charset",
              "java.io",
              "org.jspecify.annotations");

  @ArchTest
  static final ArchRule doesNoInputOrOutput =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.io\\.(File|RandomAccess|Print|.*Reader|.*Writer).*");

  @ArchTest
  static final ArchRule hasNoClockThreadOrRandomness =
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "a clock, a thread, randomness or an identity is asked",
                  (JavaCall<?> call) -> {
                    String owner = call.getTargetOwner().getName();
                    String name = call.getName();
                    return owner.equals("java.lang.Thread")
                        || owner.endsWith("Random")
                        || owner.equals("java.util.UUID")
                        || owner.equals("java.util.Timer")
                        || (owner.equals("java.lang.Math") && name.equals("random"))
                        || (owner.equals("java.lang.System")
                            && Set.of("nanoTime", "currentTimeMillis", "identityHashCode")
                                .contains(name));
                  }));

  @ArchTest
  static final ArchRule saysWhichMapsAreSorted =
      noFields()
          .should()
          .haveRawType(Map.class)
          .orShould()
          .haveRawType(Set.class)
          .because("a field of the type Map hides whether going through it is deterministic");

  @ArchTest
  static final ArchRule neverGoesThroughAMapInTheOrderOfItsHashes =
      noClasses()
          .should()
          .callMethodWhere(
              describe(
                  "a hash map or hash set is gone through",
                  (JavaCall<?> call) ->
                      Set.of("java.util.HashMap", "java.util.HashSet")
                              .contains(call.getTargetOwner().getName())
                          && Set.of("iterator", "forEach", "entrySet", "keySet", "values", "stream")
                              .contains(call.getName())));
}
