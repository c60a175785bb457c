package dev.synod.simulation;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Hands a {@link SimulatedGroup} to a test method that has {@link SimulatedCluster}. */
public final class SimulatedClusterExtension implements ParameterResolver {
  /** JUnit calls this constructor once for each test class. */
  public SimulatedClusterExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SimulatedGroup.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    SimulatedCluster asked =
        AnnotationSupport.findAnnotation(context.getTestMethod(), SimulatedCluster.class)
            .orElseThrow();
    return new SimulatedGroup(asked.seeds(), asked.from(), asked.members(), asked.quorum());
  }
}
