/* SPDX-License-Identifier: Apache-2.0 */
package dev.keelson.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMembers;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.properties.HasModifiers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Collection;
import java.util.stream.Stream;
import javax.annotation.concurrent.GuardedBy;
import org.junit.jupiter.api.Test;

/** What a user's compiler gets to see. */
class SignaturesTest {
  private static final DescribedPredicate<JavaClass> PUBLISHED =
      DescribedPredicate.describe(
          "are published", type -> Core.isExported(type) && isOpenWithItsOwners(type));

  @Test
  void shouldShowNoGuavaAndNoInternals() {
    classes().that(PUBLISHED).should(SHOW_ONLY_PUBLIC_TYPES).check(Core.CLASSES);
  }

  /** In a class that a user's compiler opens it warns where jsr305 is absent. */
  @Test
  void shouldKeepGuardedByOffPublishedClasses() {
    noMembers()
        .that()
        .areDeclaredInClassesThat(PUBLISHED)
        .should()
        .beAnnotatedWith(GuardedBy.class)
        .check(Core.CLASSES);
  }

  private static final ArchCondition<JavaClass> SHOW_ONLY_PUBLIC_TYPES =
      new ArchCondition<>("show neither guava nor an internal type in a signature") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          report(type, type.getDescription(), supertypes(type), events);
          for (JavaMember member : type.getMembers()) {
            if (isOpen(member)) {
              report(type, member.getDescription(), typesOf(member), events);
            }
          }
        }
      };

  private static Stream<? extends JavaType> supertypes(JavaClass type) {
    return Stream.of(
            type.getSuperclass().stream(),
            type.getInterfaces().stream(),
            type.getTypeParameters().stream())
        .flatMap(types -> types);
  }

  private static Stream<? extends JavaType> typesOf(JavaMember member) {
    if (member instanceof JavaField field) {
      return Stream.of(field.getType());
    }
    JavaCodeUnit unit = (JavaCodeUnit) member;
    return Stream.of(
            Stream.of(unit.getReturnType()),
            unit.getParameterTypes().stream(),
            unit.getTypeParameters().stream(),
            unit.getExceptionTypes().stream())
        .flatMap(types -> types);
  }

  private static void report(
      JavaClass owner, String where, Stream<? extends JavaType> types, ConditionEvents events) {
    types
        .map(JavaType::getAllInvolvedRawTypes)
        .flatMap(Collection::stream)
        .map(JavaClass::getBaseComponentType)
        .filter(SignaturesTest::isHidden)
        .distinct()
        .forEach(
            hidden ->
                events.add(
                    SimpleConditionEvent.violated(owner, where + " shows " + hidden.getName())));
  }

  private static boolean isHidden(JavaClass type) {
    return type.getPackageName().startsWith("com.google.common")
        || type.getPackageName().startsWith("dev.keelson.internal");
  }

  private static boolean isOpenWithItsOwners(JavaClass type) {
    return isOpen(type)
        && type.getEnclosingClass().map(SignaturesTest::isOpenWithItsOwners).orElse(true);
  }

  private static boolean isOpen(HasModifiers thing) {
    return thing.getModifiers().contains(JavaModifier.PUBLIC)
        || thing.getModifiers().contains(JavaModifier.PROTECTED);
  }
}
