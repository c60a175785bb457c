package dev.synod.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A module imports only lower floors. */
@AnalyzeClasses(packages = "dev.synod", importOptions = DoNotIncludeTests.class)
class FloorsTest {
  @ArchTest
  static final ArchRule eachModuleImportsOnlyLowerFloors =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("quorum")
          .definedBy("dev.synod.quorum..")
          .layer("core")
          .definedBy("dev.synod.core..")
          .layer("storage")
          .definedBy("dev.synod.storage..")
          .layer("simulation")
          .definedBy("dev.synod.simulation..")
          .layer("vertx")
          .definedBy("dev.synod.vertx..")
          .layer("data")
          .definedBy("dev.synod.data..")
          .layer("web")
          .definedBy("dev.synod.web..")
          .layer("app")
          .definedBy("dev.synod.app..")
          .whereLayer("app")
          .mayOnlyAccessLayers("web", "data", "vertx", "simulation", "storage", "core", "quorum")
          .whereLayer("web")
          .mayOnlyAccessLayers("data", "vertx", "storage", "core", "quorum")
          .whereLayer("data")
          .mayOnlyAccessLayers("vertx", "storage", "core", "quorum")
          .whereLayer("vertx")
          .mayOnlyAccessLayers("storage", "core", "quorum")
          .whereLayer("simulation")
          .mayOnlyAccessLayers("storage", "core", "quorum")
          .whereLayer("storage")
          .mayOnlyAccessLayers("core", "quorum")
          .whereLayer("core")
          .mayOnlyAccessLayers("quorum")
          .whereLayer("quorum")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule noModuleImportsInACircle =
      slices().matching("dev.synod.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule whatIsBehindAnApiStaysThere =
      noClasses()
          .that()
          .resideInAnyPackage("dev.synod.data..", "dev.synod.web..", "dev.synod.app..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.synod.vertx.impl..");
}
