package dev.synod.app;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import picocli.CommandLine.Command;

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
  static final ArchRule eachPackageOfCoreImportsOnlyLowerOnes =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("api")
          .definedBy("dev.synod.core")
          .layer("message")
          .definedBy("dev.synod.core.message")
          .layer("host")
          .definedBy("dev.synod.core.host")
          .layer("paxos")
          .definedBy("dev.synod.core.paxos")
          .layer("proposer")
          .definedBy("dev.synod.core.proposer")
          .layer("replica")
          .definedBy("dev.synod.core.replica")
          .layer("member")
          .definedBy("dev.synod.core.member")
          .whereLayer("replica")
          .mayOnlyAccessLayers("proposer", "paxos", "host", "message", "api")
          .whereLayer("proposer")
          .mayOnlyAccessLayers("paxos", "host", "message", "api")
          .whereLayer("paxos")
          .mayOnlyAccessLayers("host", "message", "api")
          .whereLayer("host")
          .mayOnlyAccessLayers("message", "api")
          .whereLayer("message")
          .mayOnlyAccessLayers("api")
          .whereLayer("api")
          .mayNotAccessAnyLayer();

  @ArchTest
  static final ArchRule noPackageImportsInACircle =
      slices().matching("dev.synod.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule implementationsStayBehindTheirApi =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.synod.vertx.impl..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.synod.vertx.impl..");

  @ArchTest
  static final ArchRule theHttpServerStaysBehindItsApi =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.synod.web", "dev.synod.web.impl..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.synod.web.impl..");

  @ArchTest
  static final ArchRule theFolderOfCommandsHoldsCommandsAlone =
      classes()
          .that()
          .resideInAPackage("dev.synod.app.command")
          .and()
          .areTopLevelClasses()
          .and()
          .doNotHaveSimpleName("package-info")
          .should()
          .beAnnotatedWith(Command.class);
}
