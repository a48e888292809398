<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: Apache-2.0 -->
<!-- Reads the JDKs that maven-toolchains-plugin found and writes, as properties, the two that the build needs: one for
     the native lane (25, else the newest from 22 on) and a 17. What was not found is left out. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:t="http://maven.apache.org/TOOLCHAINS/1.1.0">
  <xsl:output method="text" encoding="UTF-8"/>

  <xsl:template match="/">
    <xsl:for-each select="//t:toolchain[substring(t:provides/t:version, 1, 2) &gt;= 22]">
      <xsl:sort select="starts-with(t:provides/t:version, '25')" order="descending"/>
      <xsl:sort select="substring(t:provides/t:version, 1, 2)" order="descending" data-type="number"/>
      <xsl:if test="position() = 1">
        <xsl:text>keelson.jdk.native=</xsl:text><xsl:value-of select="t:configuration/t:jdkHome"/><xsl:text>&#10;</xsl:text>
        <xsl:text>keelson.lane.native=</xsl:text><xsl:value-of select="substring(t:provides/t:version, 1, 2)"/><xsl:text>&#10;</xsl:text>
      </xsl:if>
    </xsl:for-each>
    <xsl:for-each select="//t:toolchain[starts-with(t:provides/t:version, '17')]">
      <xsl:sort select="t:provides/t:current" order="descending"/>
      <xsl:if test="position() = 1">
        <xsl:text>keelson.jdk.17=</xsl:text><xsl:value-of select="t:configuration/t:jdkHome"/><xsl:text>&#10;</xsl:text>
      </xsl:if>
    </xsl:for-each>
  </xsl:template>
</xsl:stylesheet>
